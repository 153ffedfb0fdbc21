// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.ffm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.penstock.adapter.nixl.ffm.UcxReport.Resource;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.transport.nixl.NixlEnvironment;
import dev.penstock.transport.nixl.library.NixlLibrary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks the UCX that comes with NIXL which transports and devices it finds on this host. For people, not for transfers. */
public final class UcxProbe {
    private static final String OPERATION = "ask UCX";
    private static final long NULL = 0;

    private final UctSymbols uct;
    private final Arena arena;
    private final MemorySegment first;
    private final MemorySegment second;
    private final List<Resource> found = new ArrayList<>();

    private UcxProbe(UctSymbols uct, Arena arena) {
        this.uct = uct;
        this.arena = arena;
        first = arena.allocate(JAVA_LONG);
        second = arena.allocate(JAVA_LONG);
    }

    /**
     * Loads UCX, which stays loaded, and asks it. Takes up to a second on a host with GPUs.
     *
     * @param nixl the library whose UCX is meant
     * @throws KvTransferException of kind UNAVAILABLE if there is no UCX beside it, or it can't be loaded or asked
     */
    public static UcxReport run(NixlLibrary nixl) {
        if (!NativeCode.isAllowed()) {
            throw unavailable("native access is not allowed: start Java with --enable-native-access=ALL-UNNAMED", null);
        }
        try (Arena arena = Arena.ofConfined()) {
            NixlEnvironment.prepare(FfmNixl.INSTANCE);
            Path libucp = beside(nixl.path(), "libucp");
            String version = version(libucp);
            UcxProbe probe = new UcxProbe(UctSymbols.in(NativeCode.open(beside(nixl.path(), "libuct"))), arena);
            probe.queryComponents();
            return new UcxReport(version, libucp, probe.found);
        } catch (LinkageError e) {
            throw unavailable(String.valueOf(e.getMessage()), e);
        }
    }

    /** A wheel has UCX in a directory of its own, whose name ends in .libs; elsewhere the libraries are neighbours. */
    private static Path beside(Path nixl, String name) {
        Path home = nixl.toAbsolutePath().getParent();
        Path wheel = home == null ? null : home.getParent();
        if (home != null && wheel != null) {
            try (DirectoryStream<Path> candidates = Files.newDirectoryStream(wheel, "nixl_*.libs")) {
                for (Path directory : candidates) {
                    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, name + "-*.so*")) {
                        for (Path file : files) {
                            return file;
                        }
                    }
                }
                Path neighbour = home.resolve(name + ".so.0");
                if (Files.exists(neighbour)) {
                    return neighbour;
                }
            } catch (IOException e) {
                throw unavailable("the directory of " + nixl + " can't be read", e);
            }
        }
        throw unavailable("there is no " + name + " beside " + nixl, null);
    }

    /** {@code const char* ucp_get_version_string(void); // ucp/api/ucp.h}. */
    private static String version(Path libucp) {
        try {
            long text = (long) NativeCode.function(
                            NativeCode.open(libucp), "ucp_get_version_string", FunctionDescriptor.of(JAVA_LONG))
                    .invokeExact();
            return NativeCode.memory(text, UctSymbols.DEVICE_NAME_BYTES).getString(0, StandardCharsets.US_ASCII);
        } catch (Throwable e) {
            throw failed("ucp_get_version_string", e);
        }
    }

    private void queryComponents() {
        try {
            check((int) uct.queryComponents().invokeExact(first.address(), second.address()), "uct_query_components");
            long components = first.get(JAVA_LONG, 0);
            int count = second.get(JAVA_INT, 0);
            for (int i = 0; i < count; i++) {
                queryComponent(pointers(components, count).getAtIndex(JAVA_LONG, i));
            }
            uct.releaseComponentList().invokeExact(components);
        } catch (Throwable e) {
            throw failed("uct_query_components", e);
        }
    }

    private static MemorySegment pointers(long address, int count) {
        return NativeCode.memory(address, (long) count * Long.BYTES);
    }

    /** Asks twice: for how many memory domains there are, and then for their names. */
    private void queryComponent(long component) throws Throwable {
        MemorySegment attributes = arena.allocate(UctSymbols.COMPONENT_ATTR_BYTES, Long.BYTES);
        attributes.set(JAVA_LONG, 0, UctSymbols.COMPONENT_NAME_AND_MD_COUNT);
        check((int) uct.componentQuery().invokeExact(component, attributes.address()), "uct_component_query");
        String name = text(attributes, UctSymbols.COMPONENT_NAME_AT, UctSymbols.NAME_BYTES);
        int domains = attributes.get(JAVA_INT, UctSymbols.COMPONENT_MD_COUNT_AT);
        if (domains == 0) {
            return;
        }
        MemorySegment names = arena.allocate((long) domains * UctSymbols.NAME_BYTES, Long.BYTES);
        attributes.set(JAVA_LONG, 0, UctSymbols.COMPONENT_MDS);
        attributes.set(JAVA_LONG, UctSymbols.COMPONENT_MDS_AT, names.address());
        check((int) uct.componentQuery().invokeExact(component, attributes.address()), "uct_component_query");
        for (int i = 0; i < domains; i++) {
            queryDomain(component, name, names.address() + (long) i * UctSymbols.NAME_BYTES);
        }
    }

    private void queryDomain(long component, String componentName, long domainName) throws Throwable {
        int status = (int) uct.mdConfigRead().invokeExact(component, NULL, NULL, first.address());
        check(status, "uct_md_config_read");
        long config = first.get(JAVA_LONG, 0);
        int opened = (int) uct.mdOpen().invokeExact(component, domainName, config, first.address());
        uct.configRelease().invokeExact(config);
        if (opened != 0) {
            // What can't be opened is not there: a module without its hardware.
            return;
        }
        long domain = first.get(JAVA_LONG, 0);
        if ((int) uct.queryTlResources().invokeExact(domain, first.address(), second.address()) == 0) {
            long resources = first.get(JAVA_LONG, 0);
            int count = second.get(JAVA_INT, 0);
            MemorySegment list = NativeCode.memory(resources, (long) count * UctSymbols.TL_RESOURCE_BYTES);
            for (int i = 0; i < count; i++) {
                int at = i * UctSymbols.TL_RESOURCE_BYTES;
                found.add(new Resource(
                        componentName,
                        text(list, at, UctSymbols.TL_NAME_BYTES),
                        text(list, at + UctSymbols.TL_NAME_BYTES, UctSymbols.DEVICE_NAME_BYTES)));
            }
            uct.releaseTlResourceList().invokeExact(resources);
        }
        uct.mdClose().invokeExact(domain);
    }

    private static String text(MemorySegment bytes, int at, int lengthBytes) {
        return bytes.asSlice(at, lengthBytes).getString(0, StandardCharsets.US_ASCII);
    }

    private static void check(int status, String function) {
        if (status != 0) {
            throw new KvTransferException(
                    FailureKind.UNAVAILABLE, OPERATION, function + " answered " + status, status, null);
        }
    }

    private static KvTransferException failed(String function, Throwable cause) {
        return cause instanceof KvTransferException failure
                ? failure
                : unavailable(function + " can't be called: " + cause, cause);
    }

    private static KvTransferException unavailable(String message, @Nullable Throwable cause) {
        return new KvTransferException(FailureKind.UNAVAILABLE, OPERATION, message, cause);
    }
}
