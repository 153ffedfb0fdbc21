/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints NIXL's and the system's constants as C has them, one "NAME value" a line, with the names of Java's NixlAbi: a test
 * compares the two.
 */
#include "nixl_capi.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>

/* Since Linux 5.14; older headers lack it. */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define AT(field) ((long)offsetof(nixl_capi_agent_config_t, field))

static void print(const char* name, long value) {
    printf("%s %ld\n", name, value);
}

int main(void) {
    print("SUCCESS", NIXL_CAPI_SUCCESS);
    print("IN_PROG", NIXL_CAPI_IN_PROG);
    print("ERROR_INVALID_PARAM", NIXL_CAPI_ERROR_INVALID_PARAM);
    print("ERROR_BACKEND", NIXL_CAPI_ERROR_BACKEND);
    print("ERROR_INVALID_STATE", NIXL_CAPI_ERROR_INVALID_STATE);
    print("ERROR_EXCEPTION", NIXL_CAPI_ERROR_EXCEPTION);
    print("ERROR_NO_TELEMETRY", NIXL_CAPI_ERROR_NO_TELEMETRY);
    print("ERROR_NOT_FOUND", NIXL_CAPI_ERROR_NOT_FOUND);
    print("MEM_DRAM", NIXL_CAPI_MEM_DRAM);
    print("MEM_VRAM", NIXL_CAPI_MEM_VRAM);
    print("XFER_READ", NIXL_CAPI_XFER_OP_READ);
    print("XFER_WRITE", NIXL_CAPI_XFER_OP_WRITE);
    print("SYNC_NONE", NIXL_CAPI_THREAD_SYNC_NONE);
    print("SYNC_STRICT", NIXL_CAPI_THREAD_SYNC_STRICT);
    print("SYNC_RW", NIXL_CAPI_THREAD_SYNC_RW);
    print("AGENT_CONFIG_BYTES", (long)sizeof(nixl_capi_agent_config_t));
    print("AGENT_CONFIG_PROG_THREAD", AT(enable_prog_thread));
    print("AGENT_CONFIG_LISTEN_THREAD", AT(enable_listen_thread));
    print("AGENT_CONFIG_LISTEN_PORT", AT(listen_port));
    print("AGENT_CONFIG_THREAD_SYNC", AT(thread_sync));
    print("AGENT_CONFIG_NUM_WORKERS", AT(num_workers));
    print("AGENT_CONFIG_PTHR_DELAY", AT(pthr_delay_us));
    print("AGENT_CONFIG_LTHR_DELAY", AT(lthr_delay_us));
    print("AGENT_CONFIG_TELEMETRY", AT(capture_telemetry));
    print("PROT_READ_WRITE", PROT_READ | PROT_WRITE);
    print("MAP_PRIVATE_ANONYMOUS", MAP_PRIVATE | MAP_ANONYMOUS);
    print("MADV_HUGEPAGE", MADV_HUGEPAGE);
    print("MADV_POPULATE_WRITE", MADV_POPULATE_WRITE);
    print("EINVAL", EINVAL);
    return 0;
}
