// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

/**
 * The numbers of NIXL's C interface, version 1.5.1: {@code src/bindings/rust/wrapper.h} and, for memory, Linux's
 * {@code asm-generic/mman-common.h}. A C program that the build compiles prints the same from C's point of view, and a test
 * compares the two.
 */
public final class NixlAbi {
    /** {@code NIXL_CAPI_SUCCESS}: done. */
    public static final int SUCCESS = 0;

    /** {@code NIXL_CAPI_IN_PROG}: under way; no error. */
    public static final int IN_PROG = 1;

    /** {@code NIXL_CAPI_ERROR_INVALID_PARAM}. */
    public static final int ERROR_INVALID_PARAM = -1;

    /** {@code NIXL_CAPI_ERROR_BACKEND}: nearly every failure. */
    public static final int ERROR_BACKEND = -2;

    /** {@code NIXL_CAPI_ERROR_INVALID_STATE}. */
    public static final int ERROR_INVALID_STATE = -3;

    /** {@code NIXL_CAPI_ERROR_EXCEPTION}. */
    public static final int ERROR_EXCEPTION = -4;

    /** {@code NIXL_CAPI_ERROR_NO_TELEMETRY}. */
    public static final int ERROR_NO_TELEMETRY = -5;

    /** {@code NIXL_CAPI_ERROR_NOT_FOUND}. */
    public static final int ERROR_NOT_FOUND = -6;

    /** {@code NIXL_CAPI_MEM_DRAM}: memory of the host. */
    public static final int MEM_DRAM = 0;

    /** {@code NIXL_CAPI_MEM_VRAM}: memory of a GPU. */
    public static final int MEM_VRAM = 1;

    /** {@code NIXL_CAPI_XFER_OP_READ}. */
    public static final int XFER_READ = 0;

    /** {@code NIXL_CAPI_XFER_OP_WRITE}. */
    public static final int XFER_WRITE = 1;

    /** {@code NIXL_CAPI_THREAD_SYNC_NONE}: no lock at all. */
    public static final int SYNC_NONE = 0;

    /** {@code NIXL_CAPI_THREAD_SYNC_STRICT}: one lock around every call. */
    public static final int SYNC_STRICT = 1;

    /** {@code NIXL_CAPI_THREAD_SYNC_RW}: one lock for readers and writers. */
    public static final int SYNC_RW = 2;

    /** The size of {@code nixl_capi_agent_config_t}. */
    public static final int AGENT_CONFIG_BYTES = 40;

    /** Where {@code bool enable_prog_thread} is. */
    public static final int AGENT_CONFIG_PROG_THREAD = 0;

    /** Where {@code bool enable_listen_thread} is. */
    public static final int AGENT_CONFIG_LISTEN_THREAD = 1;

    /** Where {@code int listen_port} is. */
    public static final int AGENT_CONFIG_LISTEN_PORT = 4;

    /** Where {@code nixl_capi_thread_sync_t thread_sync} is. */
    public static final int AGENT_CONFIG_THREAD_SYNC = 8;

    /** Where {@code unsigned int num_workers} is. NIXL doesn't read it. */
    public static final int AGENT_CONFIG_NUM_WORKERS = 12;

    /** Where {@code uint64_t pthr_delay_us} is. */
    public static final int AGENT_CONFIG_PTHR_DELAY = 16;

    /** Where {@code uint64_t lthr_delay_us} is. */
    public static final int AGENT_CONFIG_LTHR_DELAY = 24;

    /** Where {@code bool capture_telemetry} is. */
    public static final int AGENT_CONFIG_TELEMETRY = 32;

    /** {@code PROT_READ | PROT_WRITE}. */
    public static final int PROT_READ_WRITE = 0x1 | 0x2;

    /** {@code MAP_PRIVATE | MAP_ANONYMOUS}. */
    public static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;

    /** {@code MADV_HUGEPAGE}: huge pages, please. */
    public static final int MADV_HUGEPAGE = 14;

    /** {@code MADV_POPULATE_WRITE}: find the pages now. Since Linux 5.14. */
    public static final int MADV_POPULATE_WRITE = 23;

    /** {@code EINVAL}: among others, an advice that this kernel doesn't know. */
    public static final int EINVAL = 22;

    private NixlAbi() {}

    /** The name of a status, for messages to people. */
    static String statusName(int status) {
        return switch (status) {
                    case SUCCESS -> "success";
                    case IN_PROG -> "in progress";
                    case ERROR_INVALID_PARAM -> "invalid parameter";
                    case ERROR_BACKEND -> "backend error";
                    case ERROR_INVALID_STATE -> "invalid state";
                    case ERROR_EXCEPTION -> "exception";
                    case ERROR_NO_TELEMETRY -> "no telemetry";
                    case ERROR_NOT_FOUND -> "not found";
                    default -> "unknown status";
                }
                + " (" + status + ")";
    }
}
