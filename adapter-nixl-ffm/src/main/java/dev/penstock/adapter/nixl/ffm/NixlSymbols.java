// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.ffm;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/**
 * The functions of {@code libnixl_capi.so}, by the names that they have there behind {@code nixl_capi_}. Their prototypes
 * stand at {@link dev.penstock.transport.nixl.NixlApi}. Pointers and sizes are {@code long}, which on 64-bit Linux is how
 * they are passed.
 *
 * <p>To initialise this class is to look the functions up in the library that {@link NativeCode#openNixl} opened, so that
 * the handles are constants and calls through them are compiled. None is {@link java.lang.foreign.Linker.Option#critical}:
 * any of them may poll UCX, which may call CUDA, which may wait.
 */
final class NixlSymbols {
    static final MethodHandle CREATE_CONFIGURED_AGENT =
            nixl("create_configured_agent", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle DESTROY_AGENT = nixl("destroy_agent", JAVA_LONG);
    static final MethodHandle CREATE_PARAMS = nixl("create_params", JAVA_LONG);
    static final MethodHandle DESTROY_PARAMS = nixl("destroy_params", JAVA_LONG);
    static final MethodHandle CREATE_BACKEND = nixl("create_backend", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle DESTROY_BACKEND = nixl("destroy_backend", JAVA_LONG);
    static final MethodHandle CREATE_OPT_ARGS = nixl("create_opt_args", JAVA_LONG);
    static final MethodHandle DESTROY_OPT_ARGS = nixl("destroy_opt_args", JAVA_LONG);
    static final MethodHandle OPT_ARGS_SET_NOTIF_MSG = nixl("opt_args_set_notif_msg", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle OPT_ARGS_SET_HAS_NOTIF = nixl("opt_args_set_has_notif", JAVA_LONG, JAVA_BOOLEAN);
    static final MethodHandle CREATE_REG_DLIST = nixl("create_reg_dlist", JAVA_INT, JAVA_LONG);
    static final MethodHandle DESTROY_REG_DLIST = nixl("destroy_reg_dlist", JAVA_LONG);
    static final MethodHandle REG_DLIST_ADD_DESC =
            nixl("reg_dlist_add_desc", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle REGISTER_MEM = nixl("register_mem", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle DEREGISTER_MEM = nixl("deregister_mem", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle GET_LOCAL_MD = nixl("get_local_md", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle LOAD_REMOTE_MD = nixl("load_remote_md", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle INVALIDATE_REMOTE_MD = nixl("invalidate_remote_md", JAVA_LONG, JAVA_LONG);
    static final MethodHandle CHECK_REMOTE_MD = nixl("check_remote_md", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle CREATE_XFER_DLIST = nixl("create_xfer_dlist", JAVA_INT, JAVA_LONG);
    static final MethodHandle DESTROY_XFER_DLIST = nixl("destroy_xfer_dlist", JAVA_LONG);
    static final MethodHandle XFER_DLIST_ADD_DESC =
            nixl("xfer_dlist_add_desc", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle CREATE_XFER_REQ =
            nixl("create_xfer_req", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle POST_XFER_REQ = nixl("post_xfer_req", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle GET_XFER_STATUS = nixl("get_xfer_status", JAVA_LONG, JAVA_LONG);
    static final MethodHandle RELEASE_XFER_REQ = nixl("release_xfer_req", JAVA_LONG, JAVA_LONG);
    static final MethodHandle DESTROY_XFER_REQ = nixl("destroy_xfer_req", JAVA_LONG);
    static final MethodHandle GEN_NOTIF = nixl("gen_notif", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle CREATE_NOTIF_MAP = nixl("create_notif_map", JAVA_LONG);
    static final MethodHandle DESTROY_NOTIF_MAP = nixl("destroy_notif_map", JAVA_LONG);
    static final MethodHandle GET_NOTIFS = nixl("get_notifs", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle NOTIF_MAP_SIZE = nixl("notif_map_size", JAVA_LONG, JAVA_LONG);
    static final MethodHandle NOTIF_MAP_GET_AGENT_AT = nixl("notif_map_get_agent_at", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle NOTIF_MAP_GET_NOTIFS_SIZE =
            nixl("notif_map_get_notifs_size", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle NOTIF_MAP_GET_NOTIF =
            nixl("notif_map_get_notif", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle NOTIF_MAP_CLEAR = nixl("notif_map_clear", JAVA_LONG);

    private NixlSymbols() {}

    private static MethodHandle nixl(String name, MemoryLayout... arguments) {
        return NativeCode.nixl("nixl_capi_" + name, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    /** Looks all of them up. */
    static void resolve() {
        // To be called is to be initialised.
    }
}
