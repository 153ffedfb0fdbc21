// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.launch;

import dev.penstock.app.console.ChildEvents;
import dev.penstock.app.console.RunOutput;
import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.exit.Interruption;
import dev.penstock.app.exit.RunFailure;
import dev.penstock.app.report.Role;
import dev.penstock.app.report.RoleReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs a receiver and its senders, each in a process of its own, and brings home what they found out. */
public final class FamilyRun {
    /** After one process failed the others notice by themselves; this long they may take. */
    private static final long GRACE_NS = TimeUnit.SECONDS.toNanos(15);
    /** Shorter than what an interruption waits for this process. */
    private static final long HANG_UP_GRACE_NS = TimeUnit.MILLISECONDS.toNanos(1700);

    private static final long LOOK_MS = 20;

    private final RunOutput output;
    private final Consumer<String> errors;
    private final Interruption interruption;
    private final List<RoleProcess> processes = new ArrayList<>();
    private final List<Thread> pumps = new ArrayList<>();
    /** What the threads that read the processes' outputs want done by the run's own thread. */
    private final LinkedBlockingQueue<Runnable> events = new LinkedBlockingQueue<>();

    private boolean listening;

    /**
     * @param output what people see of the run
     * @param errors takes the lines that people must see
     */
    public FamilyRun(RunOutput output, Consumer<String> errors, Interruption interruption) {
        this.output = output;
        this.errors = errors;
        this.interruption = interruption;
    }

    /**
     * How to start a role.
     *
     * @param role the role
     * @param name what people and the other side call it
     * @param arguments the program's arguments
     */
    public record Member(Role role, String name, List<String> arguments) {}

    /**
     * Runs all of them. Blocks until all have ended; none is left behind.
     *
     * @return what they found out, the senders first, the receiver last
     * @throws RunFailure with the worst of their exit codes if one failed, or if the run was interrupted
     */
    public List<RoleReport> run(String mainClass, List<Member> members) {
        List<String> prefix = JavaCommand.upTo(mainClass);
        try {
            for (Member member : members) {
                boolean oneOfMany = members.stream()
                                .filter(other -> other.role() == member.role())
                                .count()
                        > 1;
                start(member, oneOfMany, prefix);
            }
            interruption.onRequest(() -> List.copyOf(processes).forEach(RoleProcess::hangUp));
            awaitEnd();
        } finally {
            processes.forEach(RoleProcess::kill);
        }
        interruption.check();
        return reports();
    }

    private void start(Member member, boolean oneOfMany, List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(member.arguments());
        RoleProcess process = RoleProcess.start(member.role(), member.name(), command);
        processes.add(process);
        RunOutput view = new MemberOutput(process, oneOfMany, output, this::listening);
        pumps.addAll(process.pump(
                line -> events.add(() -> {
                    if (!ChildEvents.take(line, view)) {
                        output.note(process.name() + ": " + line);
                    }
                }),
                line -> events.add(() -> error(process, line))));
    }

    private void error(RoleProcess process, String line) {
        if (!process.isDismissed()) {
            errors.accept(process.name() + ": " + line);
        }
    }

    private void listening(int port) {
        listening = true;
        for (RoleProcess process : processes) {
            if (process.role() == Role.SENDER) {
                process.tellPort(port);
            }
        }
    }

    private void awaitEnd() {
        long killAt = Long.MAX_VALUE;
        boolean hungUp = false;
        while (processes.stream().anyMatch(RoleProcess::isAlive)) {
            handleEvents();
            long now = System.nanoTime();
            if (interruption.isRequested() && !hungUp) {
                hungUp = true;
                killAt = now + HANG_UP_GRACE_NS;
            } else if (killAt == Long.MAX_VALUE && anyFailed()) {
                killAt = now + GRACE_NS;
                dismissThoseWhoMustWaitForever();
            }
            if (killAt != Long.MAX_VALUE && now - killAt > 0) {
                processes.forEach(RoleProcess::kill);
            }
        }
        awaitPumps();
        drain(events.poll());
    }

    /** If the receiver failed before it listened, nobody will ever tell the senders where it is. */
    private void dismissThoseWhoMustWaitForever() {
        boolean receiverFailed =
                processes.stream().anyMatch(process -> process.role() == Role.RECEIVER && !process.isAlive());
        if (receiverFailed && !listening) {
            processes.stream().filter(RoleProcess::isAlive).forEach(RoleProcess::dismiss);
        }
    }

    private boolean anyFailed() {
        return processes.stream().anyMatch(process -> !process.isAlive() && process.exit() != ExitCode.OK);
    }

    private void handleEvents() {
        try {
            drain(events.poll(LOOK_MS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunFailure(ExitCode.INTERRUPTED, "interrupted");
        }
    }

    private void drain(@Nullable Runnable first) {
        Runnable event = first;
        while (event != null) {
            event.run();
            event = events.poll();
        }
    }

    private void awaitPumps() {
        try {
            for (Thread pump : pumps) {
                pump.join(TimeUnit.SECONDS.toMillis(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<RoleReport> reports() {
        List<RoleProcess> judged =
                processes.stream().filter(process -> !process.isDismissed()).toList();
        Collection<ExitCode> exits = judged.stream().map(RoleProcess::exit).collect(Collectors.toSet());
        ExitCode worst = ExitCode.worst(exits);
        if (worst != ExitCode.OK) {
            throw new RunFailure(
                    worst,
                    judged.stream()
                            .map(process -> "the " + process.name() + " " + process.end())
                            .collect(Collectors.joining(", ")));
        }
        List<RoleReport> reports = new ArrayList<>();
        for (Role role : Role.values()) {
            for (RoleProcess process : processes) {
                if (process.role() == role) {
                    reports.add(process.report()
                            .orElseThrow(() -> new RunFailure(
                                    ExitCode.INTERNAL, "the " + process.name() + " ended well and told no result")));
                }
            }
        }
        return reports;
    }
}
