/* SPDX-License-Identifier: Apache-2.0 */
/* NIXL's functions, found at run time: nothing here links to NIXL. */
#ifndef PENSTOCK_NIXL_SYMBOLS_H
#define PENSTOCK_NIXL_SYMBOLS_H

#include "nixl_capi.h"

#define NIXL_FUNCTIONS(X) \
    X(create_configured_agent) \
    X(destroy_agent) \
    X(create_params) \
    X(destroy_params) \
    X(create_backend) \
    X(destroy_backend) \
    X(create_opt_args) \
    X(destroy_opt_args) \
    X(opt_args_set_notif_msg) \
    X(opt_args_set_has_notif) \
    X(create_reg_dlist) \
    X(destroy_reg_dlist) \
    X(reg_dlist_add_desc) \
    X(register_mem) \
    X(deregister_mem) \
    X(get_local_md) \
    X(load_remote_md) \
    X(invalidate_remote_md) \
    X(check_remote_md) \
    X(create_xfer_dlist) \
    X(destroy_xfer_dlist) \
    X(xfer_dlist_add_desc) \
    X(create_xfer_req) \
    X(post_xfer_req) \
    X(get_xfer_status) \
    X(release_xfer_req) \
    X(destroy_xfer_req) \
    X(gen_notif) \
    X(create_notif_map) \
    X(destroy_notif_map) \
    X(get_notifs) \
    X(notif_map_size) \
    X(notif_map_get_agent_at) \
    X(notif_map_get_notifs_size) \
    X(notif_map_get_notif) \
    X(notif_map_clear)

/* nixl.create_agent is nixl_capi_create_agent, and so on; all NULL until nixl_open has answered NULL. */
struct nixl_symbols {
#define X(name) __typeof__(&nixl_capi_##name) name;
    NIXL_FUNCTIONS(X)
#undef X
};

extern struct nixl_symbols nixl;

/* Loads the library and finds the functions. Answers NULL, or why not: a text that the next call may overwrite. */
const char* nixl_open(const char* path);

#endif
