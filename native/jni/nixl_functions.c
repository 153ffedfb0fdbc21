/* SPDX-License-Identifier: Apache-2.0 */
/* The native methods of JniNixl that are NIXL's own functions: nothing but the conversion of their arguments. */
#include "dev_penstock_adapter_nixl_jni_JniNixl.h"
#include "nixl_symbols.h"

/* An address, or a handle, as Java passes it. */
#define AT(address) ((void*)(uintptr_t)(address))
#define METHOD(result, name) JNIEXPORT result JNICALL Java_dev_penstock_adapter_nixl_jni_JniNixl_##name

/* The agent. */
METHOD(jint, createConfiguredAgent)(JNIEnv* env, jobject self, jlong name, jlong config, jlong agentOut) {
    return nixl.create_configured_agent(AT(name), AT(config), AT(agentOut));
}

METHOD(jint, destroyAgent)(JNIEnv* env, jobject self, jlong agent) {
    return nixl.destroy_agent(AT(agent));
}

METHOD(jint, createParams)(JNIEnv* env, jobject self, jlong paramsOut) {
    return nixl.create_params(AT(paramsOut));
}

METHOD(jint, destroyParams)(JNIEnv* env, jobject self, jlong params) {
    return nixl.destroy_params(AT(params));
}

METHOD(jint, createBackend)(
        JNIEnv* env, jobject self, jlong agent, jlong pluginName, jlong params, jlong backendOut) {
    return nixl.create_backend(AT(agent), AT(pluginName), AT(params), AT(backendOut));
}

METHOD(jint, destroyBackend)(JNIEnv* env, jobject self, jlong backend) {
    return nixl.destroy_backend(AT(backend));
}

/* Options of one call. */
METHOD(jint, createOptArgs)(JNIEnv* env, jobject self, jlong argsOut) {
    return nixl.create_opt_args(AT(argsOut));
}

METHOD(jint, destroyOptArgs)(JNIEnv* env, jobject self, jlong args) {
    return nixl.destroy_opt_args(AT(args));
}

METHOD(jint, optArgsSetNotifMsg)(JNIEnv* env, jobject self, jlong args, jlong data, jlong lengthBytes) {
    return nixl.opt_args_set_notif_msg(AT(args), AT(data), (size_t)lengthBytes);
}

METHOD(jint, optArgsSetHasNotif)(JNIEnv* env, jobject self, jlong args, jboolean hasNotif) {
    return nixl.opt_args_set_has_notif(AT(args), hasNotif == JNI_TRUE);
}

/* Registration. */
METHOD(jint, createRegDlist)(JNIEnv* env, jobject self, jint memType, jlong dlistOut) {
    return nixl.create_reg_dlist((nixl_capi_mem_type_t)memType, AT(dlistOut));
}

METHOD(jint, destroyRegDlist)(JNIEnv* env, jobject self, jlong dlist) {
    return nixl.destroy_reg_dlist(AT(dlist));
}

METHOD(jint, regDlistAddDesc)(
        JNIEnv* env, jobject self, jlong dlist, jlong address, jlong lengthBytes, jlong deviceId, jlong metadata,
        jlong metadataLengthBytes) {
    return nixl.reg_dlist_add_desc(
        AT(dlist), (uintptr_t)address, (size_t)lengthBytes, (uint64_t)deviceId, AT(metadata),
        (size_t)metadataLengthBytes);
}

METHOD(jint, registerMem)(JNIEnv* env, jobject self, jlong agent, jlong dlist, jlong optArgs) {
    return nixl.register_mem(AT(agent), AT(dlist), AT(optArgs));
}

METHOD(jint, deregisterMem)(JNIEnv* env, jobject self, jlong agent, jlong dlist, jlong optArgs) {
    return nixl.deregister_mem(AT(agent), AT(dlist), AT(optArgs));
}

/* Metadata. */
METHOD(jint, getLocalMd)(JNIEnv* env, jobject self, jlong agent, jlong dataOut, jlong lengthOut) {
    return nixl.get_local_md(AT(agent), AT(dataOut), AT(lengthOut));
}

METHOD(jint, loadRemoteMd)(
        JNIEnv* env, jobject self, jlong agent, jlong data, jlong lengthBytes, jlong agentNameOut) {
    return nixl.load_remote_md(AT(agent), AT(data), (size_t)lengthBytes, AT(agentNameOut));
}

METHOD(jint, invalidateRemoteMd)(JNIEnv* env, jobject self, jlong agent, jlong remoteAgent) {
    return nixl.invalidate_remote_md(AT(agent), AT(remoteAgent));
}

METHOD(jint, checkRemoteMd)(JNIEnv* env, jobject self, jlong agent, jlong remoteName, jlong descs) {
    return nixl.check_remote_md(AT(agent), AT(remoteName), AT(descs));
}

/* Requests. */
METHOD(jint, createXferDlist)(JNIEnv* env, jobject self, jint memType, jlong dlistOut) {
    return nixl.create_xfer_dlist((nixl_capi_mem_type_t)memType, AT(dlistOut));
}

METHOD(jint, destroyXferDlist)(JNIEnv* env, jobject self, jlong dlist) {
    return nixl.destroy_xfer_dlist(AT(dlist));
}

METHOD(jint, xferDlistAddDesc)(
        JNIEnv* env, jobject self, jlong dlist, jlong address, jlong lengthBytes, jlong deviceId) {
    return nixl.xfer_dlist_add_desc(AT(dlist), (uintptr_t)address, (size_t)lengthBytes, (uint64_t)deviceId);
}

METHOD(jint, createXferReq)(
        JNIEnv* env, jobject self, jlong agent, jint operation, jlong localDescs, jlong remoteDescs,
        jlong remoteAgent, jlong requestOut, jlong optArgs) {
    return nixl.create_xfer_req(
        AT(agent), (nixl_capi_xfer_op_t)operation, AT(localDescs), AT(remoteDescs), AT(remoteAgent), AT(requestOut),
        AT(optArgs));
}

METHOD(jint, postXferReq)(JNIEnv* env, jobject self, jlong agent, jlong request, jlong optArgs) {
    return nixl.post_xfer_req(AT(agent), AT(request), AT(optArgs));
}

METHOD(jint, getXferStatus)(JNIEnv* env, jobject self, jlong agent, jlong request) {
    return nixl.get_xfer_status(AT(agent), AT(request));
}

METHOD(jint, releaseXferReq)(JNIEnv* env, jobject self, jlong agent, jlong request) {
    return nixl.release_xfer_req(AT(agent), AT(request));
}

METHOD(jint, destroyXferReq)(JNIEnv* env, jobject self, jlong request) {
    return nixl.destroy_xfer_req(AT(request));
}

/* Notifications. */
METHOD(jint, genNotif)(
        JNIEnv* env, jobject self, jlong agent, jlong remoteAgent, jlong data, jlong lengthBytes, jlong optArgs) {
    return nixl.gen_notif(AT(agent), AT(remoteAgent), AT(data), (size_t)lengthBytes, AT(optArgs));
}

METHOD(jint, createNotifMap)(JNIEnv* env, jobject self, jlong mapOut) {
    return nixl.create_notif_map(AT(mapOut));
}

METHOD(jint, destroyNotifMap)(JNIEnv* env, jobject self, jlong map) {
    return nixl.destroy_notif_map(AT(map));
}

METHOD(jint, getNotifs)(JNIEnv* env, jobject self, jlong agent, jlong map, jlong optArgs) {
    return nixl.get_notifs(AT(agent), AT(map), AT(optArgs));
}

METHOD(jint, notifMapSize)(JNIEnv* env, jobject self, jlong map, jlong sizeOut) {
    return nixl.notif_map_size(AT(map), AT(sizeOut));
}

METHOD(jint, notifMapGetAgentAt)(JNIEnv* env, jobject self, jlong map, jlong index, jlong agentNameOut) {
    return nixl.notif_map_get_agent_at(AT(map), (size_t)index, AT(agentNameOut));
}

METHOD(jint, notifMapGetNotifsSize)(JNIEnv* env, jobject self, jlong map, jlong agentName, jlong sizeOut) {
    return nixl.notif_map_get_notifs_size(AT(map), AT(agentName), AT(sizeOut));
}

METHOD(jint, notifMapGetNotif)(
        JNIEnv* env, jobject self, jlong map, jlong agentName, jlong index, jlong dataOut, jlong lengthOut) {
    return nixl.notif_map_get_notif(AT(map), AT(agentName), (size_t)index, AT(dataOut), AT(lengthOut));
}

METHOD(jint, notifMapClear)(JNIEnv* env, jobject self, jlong map) {
    return nixl.notif_map_clear(AT(map));
}
