// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The environment that NIXL and UCX find in a JVM. They read it when they are loaded, so it is set before that, and natively,
 * since a JVM can't change its own. What the user set stays, with one exception: UCX never gets the signals that the JVM
 * works with.
 */
public final class NixlEnvironment {
    /** UCX's handlers for SIGSEGV and others would take the JVM's place, which needs them for its own work. */
    static final Map<String, String> FORCED =
            ordered("UCX_HANDLE_ERRORS", "none", "UCX_ERROR_SIGNALS", "", "UCX_DEBUG_SIGNO", "0");

    /**
     * What holds where the user says nothing.
     *
     * <ul>
     *   <li>{@code UCX_TLS}: GPU memory of other processes, copies between host and GPU, memory of other processes, TCP for
     *       notifications, which shared memory can't carry where errors are to be noticed. UCX passes over what a host
     *       lacks.
     *   <li>{@code UCX_NET_DEVICES}: UCX's own sockets know no authentication, so they stay on this host.
     *   <li>{@code UCX_LOG_LEVEL}: a peer that is gone is told by an exception; UCX's own word on it is noise.
     * </ul>
     */
    static final Map<String, String> DEFAULTS = ordered(
            "UCX_TLS", "cuda_ipc,cuda_copy,cma,tcp,self",
            "UCX_NET_DEVICES", "lo",
            "UCX_LOG_LEVEL", "fatal",
            "UCX_WARN_UNUSED_ENV_VARS", "n",
            "NIXL_LOG_LEVEL", "FATAL");

    private NixlEnvironment() {}

    /** What NIXL and UCX find once {@link #prepare} was called in a process that was started with {@code environment}. */
    public static Map<String, String> over(Map<String, String> environment) {
        Map<String, String> result = new LinkedHashMap<>(DEFAULTS);
        result.putAll(environment);
        result.putAll(FORCED);
        return result;
    }

    /**
     * Sets the variables. Before {@link NixlApi#open}, or whatever else loads UCX; once is enough, and more does no harm.
     *
     * @param libc sets them
     */
    public static void prepare(Libc libc) {
        FORCED.forEach((name, value) -> set(libc, name, value, 1));
        DEFAULTS.forEach((name, value) -> set(libc, name, value, 0));
    }

    private static void set(Libc libc, String name, String value, int overwrite) {
        int result = NativeBlock.ofText(libc, name)
                .lend(nativeName -> NativeBlock.ofText(libc, value)
                        .lend(nativeValue -> libc.setenv(nativeName, nativeValue, overwrite)));
        if (result != 0) {
            throw new IllegalStateException("no memory for the environment variable " + name);
        }
    }

    private static Map<String, String> ordered(String... namesAndValues) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
