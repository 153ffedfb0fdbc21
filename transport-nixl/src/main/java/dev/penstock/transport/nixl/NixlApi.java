// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import java.nio.file.Path;

/**
 * NIXL's C library {@code libnixl_capi.so}, version 1.5.1, function by function, as far as a {@link NixlTransport} uses it,
 * with the few functions of {@link Libc} that go with it. What binds it, the foreign function and memory API or JNI, has no logic of
 * its own: everything that is decided, is decided above this interface.
 *
 * <p>Each method is the C function of the same name: {@code notifMapGetAgentAt} is {@code nixl_capi_notif_map_get_agent_at}.
 * Prototypes are quoted from NIXL's {@code src/bindings/rust/wrapper.h}. The rules for all of them:
 *
 * <ul>
 *   <li>pointers, handles and sizes are {@code long}, 0 is {@code NULL}; enums and statuses are {@code int}, a C
 *       {@code bool} is {@code boolean}; 64-bit Linux alone;
 *   <li>an argument that is named {@code …Out} is the address of 8 bytes of native memory that the function writes to;
 *   <li>strings are addresses of bytes that end with NUL; NIXL copies every string and block of bytes that it is given
 *       within the call;
 *   <li>the result is NIXL's status, see {@link NixlAbi}; no method throws for a bad status, none checks an argument: a
 *       wrong address kills the process;
 *   <li>pointers that NIXL hands out belong to it unless a method says otherwise.
 * </ul>
 *
 * <p>Threads: NIXL locks an agent that was created with {@link NixlAbi#SYNC_STRICT}, but neither option sets nor lists nor
 * notification maps, and a UCX worker must be driven by one thread at a time. {@link NixlTransport} makes all calls to an
 * agent on one thread. {@link #open} and all of {@link Libc} may be called by any.
 */
public interface NixlApi extends Libc {
    /**
     * Loads the library and finds every function of it that this interface has. Once per process: the library stays loaded,
     * and a later call with the same path does nothing. Its log level is read now, so {@link #setenv} comes first.
     *
     * @param libnixlCapi the absolute path of {@code libnixl_capi.so}, from where the library finds its own libraries,
     *     plugins and UCX modules
     * @throws LinkageError if it can't be loaded or lacks a function, which the message names; nothing can be called then
     *     but what {@link Libc} has
     * @throws IllegalStateException if another path was loaded before
     */
    void open(Path libnixlCapi);

    // The agent.

    /**
     * Makes an agent.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_create_configured_agent(
     *     const char* name, const nixl_capi_agent_config_t* cfg, nixl_capi_agent_t* agent);
     * }
     *
     * @param config {@link NixlAbi#AGENT_CONFIG_BYTES} bytes
     * @param agentOut the agent, given back by {@link #destroyAgent}
     */
    int createConfiguredAgent(long name, long config, long agentOut);

    /**
     * Ends an agent, its backends and connections.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_destroy_agent(nixl_capi_agent_t agent);
     * }
     */
    int destroyAgent(long agent);

    /**
     * Makes an empty set of a backend's parameters.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_create_params(nixl_capi_params_t* params);
     * }
     */
    int createParams(long paramsOut);

    /**
     * Gives a set of parameters back.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_destroy_params(nixl_capi_params_t params);
     * }
     */
    int destroyParams(long params);

    /**
     * Loads a plugin and makes its backend. Takes half a second and more: UCX looks for devices.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_create_backend(nixl_capi_agent_t agent, const char* plugin_name,
     *     nixl_capi_params_t params, nixl_capi_backend_t* backend);
     * }
     *
     * @param params not NULL
     */
    int createBackend(long agent, long pluginName, long params, long backendOut);

    /**
     * Gives the handle of a backend back. The backend itself ends with its agent.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_destroy_backend(nixl_capi_backend_t backend);
     * }
     */
    int destroyBackend(long backend);

    // Options of one call.

    /**
     * Makes an empty set of options.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_create_opt_args(nixl_capi_opt_args_t* args);
     * }
     */
    int createOptArgs(long argsOut);

    /**
     * Gives a set of options back.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_destroy_opt_args(nixl_capi_opt_args_t args);
     * }
     */
    int destroyOptArgs(long args);

    /**
     * Sets the notification's bytes; without {@link #optArgsSetHasNotif} nothing comes of it.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_opt_args_set_notif_msg(nixl_capi_opt_args_t args, const void* data, size_t len);
     * }
     */
    int optArgsSetNotifMsg(long args, long data, long lengthBytes);

    /**
     * Sets whether a notification goes with the request.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_opt_args_set_has_notif(nixl_capi_opt_args_t args, bool has_notif);
     * }
     */
    int optArgsSetHasNotif(long args, boolean hasNotif);

    // Registration.

    /**
     * Makes an empty list of memory to register.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_create_reg_dlist(nixl_capi_mem_type_t mem_type, nixl_capi_reg_dlist_t* dlist);
     * }
     */
    int createRegDlist(int memType, long dlistOut);

    /**
     * Gives a list back.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_destroy_reg_dlist(nixl_capi_reg_dlist_t dlist);
     * }
     */
    int destroyRegDlist(long dlist);

    /**
     * Adds a block of memory.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_reg_dlist_add_desc(nixl_capi_reg_dlist_t dlist, uintptr_t addr, size_t len,
     *     uint64_t dev_id, const void* metadata, size_t metadata_len);
     * }
     *
     * @param metadata may be NULL
     */
    int regDlistAddDesc(
            long dlist, long address, long lengthBytes, long deviceId, long metadata, long metadataLengthBytes);

    /**
     * Registers memory with the backends.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_register_mem(
     *     nixl_capi_agent_t agent, nixl_capi_reg_dlist_t dlist, nixl_capi_opt_args_t opt_args);
     * }
     *
     * @param optArgs may be NULL
     */
    int registerMem(long agent, long dlist, long optArgs);

    /**
     * Ends a registration; the list must have exactly the blocks that were registered.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_deregister_mem(
     *     nixl_capi_agent_t agent, nixl_capi_reg_dlist_t dlist, nixl_capi_opt_args_t opt_args);
     * }
     *
     * @param optArgs may be NULL
     */
    int deregisterMem(long agent, long dlist, long optArgs);

    // Metadata.

    /**
     * What a peer needs to know: how to reach the agent, and everything that is registered.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_get_local_md(nixl_capi_agent_t agent, void** data, size_t* len);
     * }
     *
     * @param dataOut the bytes, given back by {@link #free}
     */
    int getLocalMd(long agent, long dataOut, long lengthOut);

    /**
     * Learns what a peer's {@link #getLocalMd} said, and begins to connect to it.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_load_remote_md(
     *     nixl_capi_agent_t agent, const void* data, size_t len, char** agent_name);
     * }
     *
     * @param agentNameOut the peer's name, given back by {@link #free}
     */
    int loadRemoteMd(long agent, long data, long lengthBytes, long agentNameOut);

    /**
     * Forgets a peer and disconnects from it.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_invalidate_remote_md(nixl_capi_agent_t agent, const char* remote_agent);
     * }
     */
    int invalidateRemoteMd(long agent, long remoteAgent);

    /**
     * Whether a peer is known. NIXL itself forgets one when a request finds it disconnected, which no status tells.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_check_remote_md(
     *     nixl_capi_agent_t agent, const char* remote_name, nixl_capi_xfer_dlist_t descs);
     * }
     *
     * @param descs may be NULL
     */
    int checkRemoteMd(long agent, long remoteName, long descs);

    // Requests.

    /**
     * Makes an empty list of one side of a transfer.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_create_xfer_dlist(nixl_capi_mem_type_t mem_type, nixl_capi_xfer_dlist_t* dlist);
     * }
     */
    int createXferDlist(int memType, long dlistOut);

    /**
     * Gives a list back.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_destroy_xfer_dlist(nixl_capi_xfer_dlist_t dlist);
     * }
     */
    int destroyXferDlist(long dlist);

    /**
     * Adds a piece, which lies in one registered block.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_xfer_dlist_add_desc(
     *     nixl_capi_xfer_dlist_t dlist, uintptr_t addr, size_t len, uint64_t dev_id);
     * }
     */
    int xferDlistAddDesc(long dlist, long address, long lengthBytes, long deviceId);

    /**
     * Makes a request of two lists that have as many pieces, each as long as its counterpart. NIXL copies the lists.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_create_xfer_req(nixl_capi_agent_t agent, nixl_capi_xfer_op_t operation,
     *     nixl_capi_xfer_dlist_t local_descs, nixl_capi_xfer_dlist_t remote_descs, const char* remote_agent,
     *     nixl_capi_xfer_req_t* req_hndl, nixl_capi_opt_args_t opt_args);
     * }
     *
     * @param requestOut the request, given back by {@link #releaseXferReq} and then {@link #destroyXferReq}
     * @param optArgs may be NULL
     */
    int createXferReq(
            long agent,
            int operation,
            long localDescs,
            long remoteDescs,
            long remoteAgent,
            long requestOut,
            long optArgs);

    /**
     * Begins a request, once more where it has ended before. With options, their notification, or the lack of one, replaces
     * the request's.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_post_xfer_req(
     *     nixl_capi_agent_t agent, nixl_capi_xfer_req_t req_hndl, nixl_capi_opt_args_t opt_args);
     * }
     *
     * @param optArgs may be NULL
     */
    int postXferReq(long agent, long request, long optArgs);

    /**
     * How a request stands. Moves it along, and sends its notification: without this call, no peer is ever notified.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_get_xfer_status(nixl_capi_agent_t agent, nixl_capi_xfer_req_t req_hndl);
     * }
     */
    int getXferStatus(long agent, long request);

    /**
     * Gives up what a request holds. For a request under way, this is not safe: its data may still be moving.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_release_xfer_req(nixl_capi_agent_t agent, nixl_capi_xfer_req_t req);
     * }
     */
    int releaseXferReq(long agent, long request);

    /**
     * Gives the handle of a released request back.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_destroy_xfer_req(nixl_capi_xfer_req_t req);
     * }
     */
    int destroyXferReq(long request);

    // Notifications.

    /**
     * Sends a notification alone.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_gen_notif(nixl_capi_agent_t agent, const char* remote_agent, const void* data,
     *     size_t len, nixl_capi_opt_args_t opt_args);
     * }
     *
     * @param optArgs may be NULL
     */
    int genNotif(long agent, long remoteAgent, long data, long lengthBytes, long optArgs);

    /**
     * Makes an empty map of notifications.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_create_notif_map(nixl_capi_notif_map_t* notif_map);
     * }
     */
    int createNotifMap(long mapOut);

    /**
     * Gives a map back.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_destroy_notif_map(nixl_capi_notif_map_t notif_map);
     * }
     */
    int destroyNotifMap(long map);

    /**
     * Moves everything of the agent along and appends the notifications that arrived to the map.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_get_notifs(
     *     nixl_capi_agent_t agent, nixl_capi_notif_map_t notif_map, nixl_capi_opt_args_t opt_args);
     * }
     *
     * @param optArgs may be NULL
     */
    int getNotifs(long agent, long map, long optArgs);

    /**
     * How many agents the map has notifications of.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_notif_map_size(nixl_capi_notif_map_t map, size_t* size);
     * }
     */
    int notifMapSize(long map, long sizeOut);

    /**
     * The name of one agent in the map; valid until the map is changed.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_notif_map_get_agent_at(
     *     nixl_capi_notif_map_t map, size_t index, const char** agent_name);
     * }
     *
     * @param index less than {@link #notifMapSize}; what a larger one does is undefined
     */
    int notifMapGetAgentAt(long map, long index, long agentNameOut);

    /**
     * How many notifications of one agent the map has.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_notif_map_get_notifs_size(
     *     nixl_capi_notif_map_t map, const char* agent_name, size_t* size);
     * }
     */
    int notifMapGetNotifsSize(long map, long agentName, long sizeOut);

    /**
     * One notification; its bytes are valid until the map is changed.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_notif_map_get_notif(nixl_capi_notif_map_t map, const char* agent_name, size_t index,
     *     const void** data, size_t* len);
     * }
     */
    int notifMapGetNotif(long map, long agentName, long index, long dataOut, long lengthOut);

    /**
     * Empties the map.
     *
     * {@snippet lang=c :
     * nixl_capi_status_t nixl_capi_notif_map_clear(nixl_capi_notif_map_t map);
     * }
     */
    int notifMapClear(long map);
}
