// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.jni;

import dev.penstock.ports.KvTransferException;
import dev.penstock.transport.nixl.NixlApi;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** NIXL's C library by JNI. The C of each method is in {@code native/jni}, and holds no decisions. */
final class JniNixl implements NixlApi {
    /** The bytes of paths, as this process's locale has them. */
    private static final Charset PATH_CHARSET = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    /** What was loaded into this process, where something was. */
    private static @Nullable Path opened;

    /**
     * Loads the adapter's own library; NIXL itself is loaded by {@link #open}.
     *
     * @throws KvTransferException of kind UNAVAILABLE if that can't be loaded
     */
    JniNixl() {
        AdapterLibrary.load();
    }

    @Override
    public void open(Path libnixlCapi) {
        synchronized (JniNixl.class) {
            if (libnixlCapi.equals(opened)) {
                return;
            }
            if (opened != null) {
                throw new IllegalStateException("NIXL was loaded from " + opened + " already, and can't be loaded from "
                        + libnixlCapi + " too");
            }
            byte[] path = libnixlCapi.toString().getBytes(PATH_CHARSET);
            byte[] problem = load(Arrays.copyOf(path, path.length + 1));
            if (problem != null) {
                throw new UnsatisfiedLinkError(new String(problem, PATH_CHARSET));
            }
            opened = libnixlCapi;
        }
    }

    /**
     * Loads NIXL and finds its functions.
     *
     * @param path ends with NUL
     * @return null, or why not
     */
    private static native byte @Nullable [] load(byte[] path);

    @Override
    public native int createConfiguredAgent(long name, long config, long agentOut);

    @Override
    public native int destroyAgent(long agent);

    @Override
    public native int createParams(long paramsOut);

    @Override
    public native int destroyParams(long params);

    @Override
    public native int createBackend(long agent, long pluginName, long params, long backendOut);

    @Override
    public native int destroyBackend(long backend);

    @Override
    public native int createOptArgs(long argsOut);

    @Override
    public native int destroyOptArgs(long args);

    @Override
    public native int optArgsSetNotifMsg(long args, long data, long lengthBytes);

    @Override
    public native int optArgsSetHasNotif(long args, boolean hasNotif);

    @Override
    public native int createRegDlist(int memType, long dlistOut);

    @Override
    public native int destroyRegDlist(long dlist);

    @Override
    public native int regDlistAddDesc(
            long dlist, long address, long lengthBytes, long deviceId, long metadata, long metadataLengthBytes);

    @Override
    public native int registerMem(long agent, long dlist, long optArgs);

    @Override
    public native int deregisterMem(long agent, long dlist, long optArgs);

    @Override
    public native int getLocalMd(long agent, long dataOut, long lengthOut);

    @Override
    public native int loadRemoteMd(long agent, long data, long lengthBytes, long agentNameOut);

    @Override
    public native int invalidateRemoteMd(long agent, long remoteAgent);

    @Override
    public native int checkRemoteMd(long agent, long remoteName, long descs);

    @Override
    public native int createXferDlist(int memType, long dlistOut);

    @Override
    public native int destroyXferDlist(long dlist);

    @Override
    public native int xferDlistAddDesc(long dlist, long address, long lengthBytes, long deviceId);

    @Override
    public native int createXferReq(
            long agent,
            int operation,
            long localDescs,
            long remoteDescs,
            long remoteAgent,
            long requestOut,
            long optArgs);

    @Override
    public native int postXferReq(long agent, long request, long optArgs);

    @Override
    public native int getXferStatus(long agent, long request);

    @Override
    public native int releaseXferReq(long agent, long request);

    @Override
    public native int destroyXferReq(long request);

    @Override
    public native int genNotif(long agent, long remoteAgent, long data, long lengthBytes, long optArgs);

    @Override
    public native int createNotifMap(long mapOut);

    @Override
    public native int destroyNotifMap(long map);

    @Override
    public native int getNotifs(long agent, long map, long optArgs);

    @Override
    public native int notifMapSize(long map, long sizeOut);

    @Override
    public native int notifMapGetAgentAt(long map, long index, long agentNameOut);

    @Override
    public native int notifMapGetNotifsSize(long map, long agentName, long sizeOut);

    @Override
    public native int notifMapGetNotif(long map, long agentName, long index, long dataOut, long lengthOut);

    @Override
    public native int notifMapClear(long map);

    @Override
    public native int setenv(long name, long value, int overwrite);

    @Override
    public native void free(long address);

    @Override
    public native void memcpy(long to, long from, long lengthBytes);

    @Override
    public native long strlen(long string);

    @Override
    public native long mmap(long address, long lengthBytes, int protection, int flags, int file, long offset);

    @Override
    public native int munmap(long address, long lengthBytes);

    @Override
    public native int madvise(long address, long lengthBytes, int advice);

    @Override
    public native ByteBuffer view(long address, int lengthBytes);

    @Override
    public native long addressOf(ByteBuffer direct);
}
