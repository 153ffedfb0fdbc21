// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.ffm;

import dev.penstock.transport.nixl.NixlApi;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * NIXL's C library by the foreign function and memory API: one method, one downcall, nothing else. The handles are constants
 * and every call is exact, so that a call costs a few nanoseconds and allocates nothing.
 */
final class FfmNixl extends FfmLibc implements NixlApi {
    /** There is one process, hence one of these. */
    static final FfmNixl INSTANCE = new FfmNixl();

    private @Nullable Path opened;

    private FfmNixl() {}

    @Override
    public synchronized void open(Path libnixlCapi) {
        if (libnixlCapi.equals(opened)) {
            return;
        }
        if (opened != null) {
            throw new IllegalStateException("this process has loaded " + opened + " before");
        }
        NativeCode.openNixl(libnixlCapi);
        NixlSymbols.resolve();
        opened = libnixlCapi;
    }

    @Override
    public int createConfiguredAgent(long name, long config, long agentOut) {
        try {
            return (int) NixlSymbols.CREATE_CONFIGURED_AGENT.invokeExact(name, config, agentOut);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int destroyAgent(long agent) {
        try {
            return (int) NixlSymbols.DESTROY_AGENT.invokeExact(agent);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int createParams(long paramsOut) {
        try {
            return (int) NixlSymbols.CREATE_PARAMS.invokeExact(paramsOut);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int destroyParams(long params) {
        try {
            return (int) NixlSymbols.DESTROY_PARAMS.invokeExact(params);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int createBackend(long agent, long pluginName, long params, long backendOut) {
        try {
            return (int) NixlSymbols.CREATE_BACKEND.invokeExact(agent, pluginName, params, backendOut);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int destroyBackend(long backend) {
        try {
            return (int) NixlSymbols.DESTROY_BACKEND.invokeExact(backend);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int createOptArgs(long argsOut) {
        try {
            return (int) NixlSymbols.CREATE_OPT_ARGS.invokeExact(argsOut);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int destroyOptArgs(long args) {
        try {
            return (int) NixlSymbols.DESTROY_OPT_ARGS.invokeExact(args);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int optArgsSetNotifMsg(long args, long data, long lengthBytes) {
        try {
            return (int) NixlSymbols.OPT_ARGS_SET_NOTIF_MSG.invokeExact(args, data, lengthBytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int optArgsSetHasNotif(long args, boolean hasNotif) {
        try {
            return (int) NixlSymbols.OPT_ARGS_SET_HAS_NOTIF.invokeExact(args, hasNotif);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int createRegDlist(int memType, long dlistOut) {
        try {
            return (int) NixlSymbols.CREATE_REG_DLIST.invokeExact(memType, dlistOut);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int destroyRegDlist(long dlist) {
        try {
            return (int) NixlSymbols.DESTROY_REG_DLIST.invokeExact(dlist);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int regDlistAddDesc(
            long dlist, long address, long lengthBytes, long deviceId, long metadata, long metadataLengthBytes) {
        try {
            return (int) NixlSymbols.REG_DLIST_ADD_DESC.invokeExact(
                    dlist, address, lengthBytes, deviceId, metadata, metadataLengthBytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int registerMem(long agent, long dlist, long optArgs) {
        try {
            return (int) NixlSymbols.REGISTER_MEM.invokeExact(agent, dlist, optArgs);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int deregisterMem(long agent, long dlist, long optArgs) {
        try {
            return (int) NixlSymbols.DEREGISTER_MEM.invokeExact(agent, dlist, optArgs);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int getLocalMd(long agent, long dataOut, long lengthOut) {
        try {
            return (int) NixlSymbols.GET_LOCAL_MD.invokeExact(agent, dataOut, lengthOut);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int loadRemoteMd(long agent, long data, long lengthBytes, long agentNameOut) {
        try {
            return (int) NixlSymbols.LOAD_REMOTE_MD.invokeExact(agent, data, lengthBytes, agentNameOut);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int invalidateRemoteMd(long agent, long remoteAgent) {
        try {
            return (int) NixlSymbols.INVALIDATE_REMOTE_MD.invokeExact(agent, remoteAgent);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int checkRemoteMd(long agent, long remoteName, long descs) {
        try {
            return (int) NixlSymbols.CHECK_REMOTE_MD.invokeExact(agent, remoteName, descs);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int createXferDlist(int memType, long dlistOut) {
        try {
            return (int) NixlSymbols.CREATE_XFER_DLIST.invokeExact(memType, dlistOut);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int destroyXferDlist(long dlist) {
        try {
            return (int) NixlSymbols.DESTROY_XFER_DLIST.invokeExact(dlist);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int xferDlistAddDesc(long dlist, long address, long lengthBytes, long deviceId) {
        try {
            return (int) NixlSymbols.XFER_DLIST_ADD_DESC.invokeExact(dlist, address, lengthBytes, deviceId);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int createXferReq(
            long agent,
            int operation,
            long localDescs,
            long remoteDescs,
            long remoteAgent,
            long requestOut,
            long optArgs) {
        try {
            return (int) NixlSymbols.CREATE_XFER_REQ.invokeExact(
                    agent, operation, localDescs, remoteDescs, remoteAgent, requestOut, optArgs);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int postXferReq(long agent, long request, long optArgs) {
        try {
            return (int) NixlSymbols.POST_XFER_REQ.invokeExact(agent, request, optArgs);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int getXferStatus(long agent, long request) {
        try {
            return (int) NixlSymbols.GET_XFER_STATUS.invokeExact(agent, request);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int releaseXferReq(long agent, long request) {
        try {
            return (int) NixlSymbols.RELEASE_XFER_REQ.invokeExact(agent, request);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int destroyXferReq(long request) {
        try {
            return (int) NixlSymbols.DESTROY_XFER_REQ.invokeExact(request);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int genNotif(long agent, long remoteAgent, long data, long lengthBytes, long optArgs) {
        try {
            return (int) NixlSymbols.GEN_NOTIF.invokeExact(agent, remoteAgent, data, lengthBytes, optArgs);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int createNotifMap(long mapOut) {
        try {
            return (int) NixlSymbols.CREATE_NOTIF_MAP.invokeExact(mapOut);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int destroyNotifMap(long map) {
        try {
            return (int) NixlSymbols.DESTROY_NOTIF_MAP.invokeExact(map);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int getNotifs(long agent, long map, long optArgs) {
        try {
            return (int) NixlSymbols.GET_NOTIFS.invokeExact(agent, map, optArgs);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int notifMapSize(long map, long sizeOut) {
        try {
            return (int) NixlSymbols.NOTIF_MAP_SIZE.invokeExact(map, sizeOut);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int notifMapGetAgentAt(long map, long index, long agentNameOut) {
        try {
            return (int) NixlSymbols.NOTIF_MAP_GET_AGENT_AT.invokeExact(map, index, agentNameOut);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int notifMapGetNotifsSize(long map, long agentName, long sizeOut) {
        try {
            return (int) NixlSymbols.NOTIF_MAP_GET_NOTIFS_SIZE.invokeExact(map, agentName, sizeOut);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int notifMapGetNotif(long map, long agentName, long index, long dataOut, long lengthOut) {
        try {
            return (int) NixlSymbols.NOTIF_MAP_GET_NOTIF.invokeExact(map, agentName, index, dataOut, lengthOut);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int notifMapClear(long map) {
        try {
            return (int) NixlSymbols.NOTIF_MAP_CLEAR.invokeExact(map);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }
}
