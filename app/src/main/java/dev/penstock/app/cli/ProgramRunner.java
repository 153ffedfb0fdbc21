// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.console.ChildOutput;
import dev.penstock.app.console.HumanOutput;
import dev.penstock.app.console.RunOutput;
import dev.penstock.app.console.SilentOutput;
import dev.penstock.app.console.Terminal;
import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.exit.Interruption;
import dev.penstock.app.exit.RunFailure;
import dev.penstock.app.graph.TransportCatalog;
import dev.penstock.app.graph.TransportCatalogs;
import dev.penstock.app.launch.FamilyRun;
import dev.penstock.app.launch.HostProbe;
import dev.penstock.app.launch.ParentLine;
import dev.penstock.app.program.Program;
import dev.penstock.app.program.ReceiverRun;
import dev.penstock.app.program.SenderRun;
import dev.penstock.app.raw.CopyModel;
import dev.penstock.app.report.JsonFile;
import dev.penstock.app.report.ResultTable;
import dev.penstock.app.report.Role;
import dev.penstock.app.report.RoleReport;
import dev.penstock.app.report.RunReport;
import dev.penstock.app.run.ByteSize;
import dev.penstock.app.run.Device;
import dev.penstock.app.run.RunSettings;
import dev.penstock.app.run.Sizes;
import dev.penstock.app.run.Sizing;
import dev.penstock.app.run.Wish;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.transport.KvTransportProvider;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Runs a program as the command line asks: one of its roles here, or all of them in processes of their own. */
final class ProgramRunner {
    /** A slot that keeps a GPU's link busy. */
    private static final long DEVICE_SLOT_BYTES = 128L << 20;
    /** A slot that two processors copy and write in turns without waiting long for each other: the best of 1 to 128 MiB. */
    private static final long HOST_SLOT_BYTES = 16L << 20;
    /** A slot that a processor's caches can hold while one side fills and the other empties it. */
    private static final long SHARED_MEMORY_SLOT_BYTES = 1L << 20;

    private static final int DEPTH = 8;
    /** As many objects of 32 MiB as keep a GPU's link busy: a part of the ring that its owner fills holds one. */
    private static final int DEPTH_OF_SINGLE_OBJECTS = 128;

    private final String mainClass;
    private final TransportCatalogs transports;
    private final PrintStream out;
    private final PrintStream err;
    private final Interruption interruption;

    /**
     * @param mainClass what starts another process of this program
     * @param out where results go
     * @param err where everything else goes
     */
    ProgramRunner(
            String mainClass,
            TransportCatalogs transports,
            PrintStream out,
            PrintStream err,
            Interruption interruption) {
        this.mainClass = mainClass;
        this.transports = transports;
        this.out = out;
        this.err = err;
        this.interruption = interruption;
    }

    ExitCode run(Program program, CommonOptions options, @Nullable Integer objects) {
        if (options.json != null) {
            JsonFile.checkWritable(options.json);
        }
        if (options.timelines != null && !Files.isDirectory(options.timelines)) {
            throw new RunFailure(
                    ExitCode.BAD_ARGUMENTS, "--timeline " + options.timelines + " is no folder: make it first");
        }
        try (RunOutput output = output(options)) {
            report(options, measure(program, options, objects, output));
        }
        return ExitCode.OK;
    }

    private RunOutput output(CommonOptions options) {
        if (options.child) {
            return new ChildOutput(out);
        }
        return options.quiet ? new SilentOutput() : new HumanOutput(err, Terminal.onStderr());
    }

    /** Runs, and says nothing of the result but to {@code output}. */
    RunReport measure(Program unfitted, CommonOptions options, @Nullable Integer objects, RunOutput output) {
        TransportCatalog.Choice choice = choose(options);
        if (!options.child) {
            output.note(describe(choice, options.transport.equals(TransportCatalog.AUTO)));
        }
        HostProbe host = options.toldOfHost().orElseGet(() -> HostProbe.of(choice.provider(), options.device));
        if (host.sharedMemory() && options.device.memoryKind() != MemoryKind.HOST) {
            throw new RunFailure(ExitCode.BAD_ARGUMENTS, noGpuMemory(choice, options.device));
        }
        RunSettings settings = settings(unfitted, options, objects, host, output);
        Program program = fitted(unfitted, settings, host, output);
        RunParameters parameters = new RunParameters(program, settings, choice);
        try {
            List<RoleReport> reports = options.role == null
                    ? runAll(program, options, settings, choice.provider(), host, output)
                    : List.of(runRole(program, options, options.role, settings, choice.provider(), output));
            CopyModel model = model(program, settings, host);
            return new RunReport(program.name(), parameters.toMap(), reports, model);
        } catch (RuntimeException e) {
            if (options.json != null) {
                JsonFile.write(options.json, parameters.failed(e));
            }
            throw e;
        }
    }

    private static CopyModel model(Program program, RunSettings settings, HostProbe host) {
        CopyModel model = program.copyModel().withDigests(settings.digestsApart());
        // A GPU's copy engines write while its other parts copy: nothing of that adds up.
        boolean processorWrites =
                !host.sharedMemory() && settings.device().memoryKind().hostAddressable();
        return processorWrites ? model.writing(program.staged()) : model;
    }

    private static String noGpuMemory(TransportCatalog.Choice choice, Device device) {
        StringBuilder text = new StringBuilder("--device " + device + ": the transport "
                + choice.provider().name() + " moves host memory only; GPU memory needs NIXL");
        for (TransportCatalog.Entry entry : choice.passedOver()) {
            text.append("; ")
                    .append(entry.name())
                    .append(" is not available: ")
                    .append(entry.problem().orElse(""));
        }
        return text.append(choice.passedOver().isEmpty() ? " (--transport nixl-ffm or nixl-jni)" : "")
                .toString();
    }

    private TransportCatalog.Choice choose(CommonOptions options) {
        try {
            return transports.over(options.nixl.lookup()).choose(options.transport);
        } catch (IllegalArgumentException e) {
            throw new RunFailure(ExitCode.BAD_ARGUMENTS, "--transport: " + e.getMessage());
        }
    }

    private static String describe(TransportCatalog.Choice choice, boolean chosenHere) {
        StringBuilder text =
                new StringBuilder("transport: ").append(choice.provider().name());
        choice.nixl()
                .ifPresent(nixl -> text.append(" (").append(nixl.describe()).append(')'));
        if (chosenHere && choice.passedOver().isEmpty()) {
            text.append(", the first choice on Java ").append(Runtime.version().feature());
        }
        String separator = ", since ";
        for (TransportCatalog.Entry entry : choice.passedOver()) {
            text.append(separator)
                    .append(entry.name())
                    .append(" is not available: ")
                    .append(entry.problem().orElse(""));
            separator = "; ";
        }
        return text.toString();
    }

    private static RunSettings settings(
            Program program, CommonOptions options, @Nullable Integer objects, HostProbe host, RunOutput output) {
        try {
            Sizes sizes = sizes(program, options, objects, host, output);
            return new RunSettings(
                    sizes,
                    options.warmUps,
                    options.rounds,
                    options.senders,
                    options.digest.isOn(),
                    options.raw.isOn(),
                    options.timeout,
                    options.address(),
                    options.idle,
                    options.device,
                    options.floor(),
                    Optional.ofNullable(options.timelines));
        } catch (IllegalArgumentException e) {
            throw new RunFailure(ExitCode.BAD_ARGUMENTS, String.valueOf(e.getMessage()));
        }
    }

    private static Program fitted(Program program, RunSettings settings, HostProbe host, RunOutput output) {
        try {
            return program.fitted(settings, host.freeBytes(), output::note);
        } catch (IllegalArgumentException e) {
            throw new RunFailure(ExitCode.BAD_ARGUMENTS, String.valueOf(e.getMessage()));
        }
    }

    private static Sizes sizes(
            Program program, CommonOptions options, @Nullable Integer objects, HostProbe host, RunOutput output) {
        Wish wish = new Wish(
                Optional.ofNullable(options.shape),
                options.dtype,
                objects == null ? OptionalInt.empty() : OptionalInt.of(objects),
                optional(options.bufferBytes),
                optional(options.slotBytes),
                depth(program, options));
        long slotBytes = host.sharedMemory()
                ? SHARED_MEMORY_SLOT_BYTES
                : options.device.memoryKind() == MemoryKind.HOST ? HOST_SLOT_BYTES : DEVICE_SLOT_BYTES;
        Role role = options.role;
        String where = host.sharedMemory()
                ? "in the directory that the processes share (/dev/shm, or PENSTOCK_SHARED_DIR), which takes it from memory"
                : "in " + options.device.memoryKind().label() + " memory";
        Sizing sizing = new Sizing(program.sizeDefaults(), slotBytes, where, sizes -> {
            if (role == null) {
                return program.totalBytes(sizes, options.senders);
            }
            return role == Role.SENDER ? program.senderBytes(sizes) : options.senders * program.receiverBytes(sizes);
        });
        if (role != null) {
            return sizing.fixed(wish, host.freeBytes());
        }
        Sizing.Fitted fitted = sizing.fitted(wish, host.freeBytes());
        Sizes sizes = fitted.sizes();
        output.note((fitted.reduced() ? "reduced to fit " : "sized to ") + ByteSize.format(host.freeBytes())
                + " of free memory: " + sizes.objects() + " objects of " + sizes.shape() + " " + sizes.dtype() + " ("
                + ByteSize.format(sizes.objectBytes()) + "), "
                + ByteSize.format(program.totalBytes(sizes, options.senders))
                + " in all; buffer " + ByteSize.format(sizes.bufferBytes()) + " in slots of "
                + ByteSize.format(sizes.slotBytes()));
        return sizes;
    }

    private static int depth(Program program, CommonOptions options) {
        Integer given = options.depth;
        if (given != null) {
            return given;
        }
        boolean gpu = options.device.memoryKind() != MemoryKind.HOST;
        return gpu && program.sizeDefaults().wholeObjects() ? DEPTH_OF_SINGLE_OBJECTS : DEPTH;
    }

    private static OptionalLong optional(@Nullable Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private List<RoleReport> runAll(
            Program program,
            CommonOptions options,
            RunSettings settings,
            KvTransportProvider transport,
            HostProbe host,
            RunOutput output) {
        List<FamilyRun.Member> members = new ArrayList<>();
        members.add(member(program, Role.RECEIVER, "receiver", settings, transport, host, options.nixl.arguments()));
        for (int i = 1; i <= options.senders; i++) {
            String name = options.senders == 1 ? "sender" : "sender-" + i;
            List<String> more = new ArrayList<>(program.senderArguments(i - 1));
            more.addAll(options.nixl.arguments());
            members.add(member(program, Role.SENDER, name, settings, transport, host, more));
        }
        FamilyRun family = new FamilyRun(output, err::println, interruption);
        return family.run(mainClass, members);
    }

    private static FamilyRun.Member member(
            Program program,
            Role role,
            String name,
            RunSettings settings,
            KvTransportProvider transport,
            HostProbe host,
            List<String> more) {
        List<String> arguments = new ArrayList<>();
        arguments.add(program.name());
        arguments.addAll(program.arguments());
        arguments.addAll(more);
        arguments.addAll(MemberArguments.of(program, role, name, transport.name(), settings, host));
        return new FamilyRun.Member(role, name, arguments);
    }

    private RoleReport runRole(
            Program program,
            CommonOptions options,
            Role role,
            RunSettings settings,
            KvTransportProvider transport,
            RunOutput output) {
        CompletableFuture<ControlAddress> address = CompletableFuture.completedFuture(options.address());
        if (options.child) {
            ParentLine parent = ParentLine.open(System.in);
            address = parent.port().thenApply(port -> new ControlAddress(options.host, port));
        }
        return role == Role.SENDER
                ? new SenderRun(program, settings, transport, output, interruption).run(options.idOf(role), address)
                : new ReceiverRun(program, settings, transport, output, interruption).run(options.idOf(role));
    }

    private void report(CommonOptions options, RunReport report) {
        if (options.json != null) {
            JsonFile.write(options.json, report.toMap());
        }
        if (!options.child) {
            out.print(ResultTable.of(report));
            out.flush();
        }
    }
}
