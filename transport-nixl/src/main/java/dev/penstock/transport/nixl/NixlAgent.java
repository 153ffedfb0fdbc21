// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.SegmentList;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One NIXL agent with one UCX backend, in Java's terms. It has no progress thread: NIXL's own is known to call CUDA without a
 * context, and everything moves in the polls of the one thread that makes all calls here.
 *
 * <p>Statuses that say how the world is (a request under way, a peer that is gone) are returned; those that say that
 * something is wrong with the call are exceptions.
 */
final class NixlAgent {
    private static final int OUT_BYTES = 64;
    // Where C functions write their results; two of them at most in one call.
    private static final int FIRST = 0;
    private static final int SECOND = 8;
    private static final long NULL = 0;

    private final NixlApi api;
    private final String name;
    private final long token;
    private final NativeBlock out;
    private final NativeBlock message;
    private final NativeBlock deliver;
    private long handle;
    private long backend;
    private long withNotification;
    private long arrivals;

    private NixlAgent(NixlApi api, String name, long token) {
        this.api = api;
        this.name = name;
        this.token = token;
        out = NativeBlock.ofBytes(api, OUT_BYTES);
        message = NativeBlock.ofBytes(api, Envelope.BYTES + Envelope.MAX_MESSAGE_BYTES);
        deliver = NativeBlock.ofBytes(api, Envelope.BYTES + Envelope.MAX_MESSAGE_BYTES);
        message.bytes().order(ByteOrder.LITTLE_ENDIAN).putLong(0, token);
        deliver.bytes().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Makes an agent. Takes half a second, on a host with GPUs more than one: UCX looks for devices.
     *
     * @param name never used before; two agents of one name break each other's peers
     * @param token goes with every notification
     * @throws KvTransferException if NIXL can't; nothing is left behind
     */
    static NixlAgent create(NixlApi api, String name, long token) {
        NixlAgent agent = new NixlAgent(api, name, token);
        boolean created = false;
        try {
            agent.create();
            created = true;
        } finally {
            if (!created) {
                agent.destroy();
            }
        }
        return agent;
    }

    private void create() {
        NativeBlock config = NativeBlock.ofBytes(api, NixlAbi.AGENT_CONFIG_BYTES);
        // All else is zero: no progress thread, no listening thread, no telemetry.
        config.bytes().putInt(NixlAbi.AGENT_CONFIG_THREAD_SYNC, NixlAbi.SYNC_STRICT);
        int created = config.lend(nativeConfig -> NativeBlock.ofText(api, name)
                .lend(nativeName -> api.createConfiguredAgent(nativeName, nativeConfig, out.address(FIRST))));
        NixlFailure.check(created, "create a NIXL agent");
        handle = out.getLong(FIRST);
        NixlFailure.check(api.createParams(out.address(FIRST)), "create the UCX backend");
        long params = out.getLong(FIRST);
        int status = NativeBlock.ofText(api, "UCX")
                .lend(plugin -> api.createBackend(handle, plugin, params, out.address(FIRST)));
        api.destroyParams(params);
        if (status != NixlAbi.SUCCESS) {
            throw NixlFailure.of(
                    FailureKind.UNAVAILABLE,
                    "create the UCX backend",
                    status,
                    "the UCX plugin or one of its transports can't be used; look at UCX_TLS and UCX_NET_DEVICES, and run "
                            + "with NIXL_LOG_LEVEL=DEBUG UCX_LOG_LEVEL=info");
        }
        backend = out.getLong(FIRST);
        NixlFailure.check(api.createOptArgs(out.address(FIRST)), "create options");
        withNotification = out.getLong(FIRST);
        NixlFailure.check(api.optArgsSetHasNotif(withNotification, true), "create options");
        NixlFailure.check(api.createNotifMap(out.address(FIRST)), "create a notification map");
        arrivals = out.getLong(FIRST);
    }

    /** The name that peers know it by. */
    String name() {
        return name;
    }

    long token() {
        return token;
    }

    NixlApi api() {
        return api;
    }

    /**
     * Registers a region.
     *
     * @throws KvTransferException if NIXL can't; nothing is left behind
     */
    void register(Region region) {
        long list = describe(region);
        int status = api.registerMem(handle, list, NULL);
        api.destroyRegDlist(list);
        if (status != NixlAbi.SUCCESS) {
            throw NixlFailure.of(
                    FailureKind.NATIVE,
                    "register memory",
                    status,
                    region.lengthBytes() + " bytes of " + region.kind().label() + " memory"
                            + (region.kind() == MemoryKind.CUDA
                                    ? " of device " + region.device()
                                            + "; UCX needs its CUDA modules, the driver, and cuda_copy in UCX_TLS"
                                    : "; a limit on locked memory (ulimit -l) may be the reason"));
        }
    }

    /** Ends a registration. Nothing under way may use it. */
    void deregister(Region region) {
        long list = describe(region);
        int status = api.deregisterMem(handle, list, NULL);
        api.destroyRegDlist(list);
        NixlFailure.check(status, "deregister memory");
    }

    private long describe(Region region) {
        NixlFailure.check(api.createRegDlist(memType(region.kind()), out.address(FIRST)), "list memory");
        long list = out.getLong(FIRST);
        int status = api.regDlistAddDesc(list, region.nativeAddress(), region.lengthBytes(), region.device(), NULL, 0);
        if (status != NixlAbi.SUCCESS) {
            api.destroyRegDlist(list);
        }
        NixlFailure.check(status, "list memory");
        return list;
    }

    /** What a peer needs to know, for {@link #load}. */
    ByteBuffer metadata() {
        NixlFailure.check(api.getLocalMd(handle, out.address(FIRST), out.address(SECOND)), "read the metadata");
        long data = out.getLong(FIRST);
        byte[] metadata = new byte[Math.toIntExact(out.getLong(SECOND))];
        api.view(data, metadata.length).get(0, metadata);
        api.free(data);
        return ByteBuffer.wrap(metadata);
    }

    /**
     * Learns a peer's metadata, and begins to connect to it.
     *
     * @return the name of the agent that made it
     * @throws KvTransferException of kind PEER_LOST if there is no way to the peer; nothing is left behind
     */
    String load(ByteBuffer metadata) {
        int length = metadata.remaining();
        NativeBlock copy = NativeBlock.ofBytes(api, Math.max(length, 1));
        copy.bytes().put(0, metadata, metadata.position(), length);
        int status = copy.lend(data -> api.loadRemoteMd(handle, data, length, out.address(FIRST)));
        if (status != NixlAbi.SUCCESS) {
            throw NixlFailure.of(
                    FailureKind.PEER_LOST,
                    "connect",
                    status,
                    "there is no way to the peer: it is gone, or the two sides' UCX_TLS and UCX_NET_DEVICES have nothing "
                            + "in common, or its kind of memory can't be reached from here");
        }
        long text = out.getLong(FIRST);
        byte[] loaded = new byte[Math.toIntExact(api.strlen(text))];
        api.view(text, loaded.length).get(0, loaded);
        api.free(text);
        return new String(loaded, StandardCharsets.UTF_8);
    }

    /** Forgets a peer, if it is known. Nothing under way may go to it. */
    void forget(NativeBlock peer) {
        // A peer that NIXL found disconnected is forgotten already, which is no reason to fail.
        api.invalidateRemoteMd(handle, peer.address());
    }

    /** Whether a peer is known: false once NIXL has found it disconnected. */
    boolean knows(NativeBlock peer) {
        return api.checkRemoteMd(handle, peer.address(), NULL) == NixlAbi.SUCCESS;
    }

    /**
     * Makes a request that writes segments, all of one kind of memory at either end, those of no bytes left out.
     *
     * @return its handle, or 0 where NIXL refuses: the peer is disconnected, or a region of its is gone
     */
    long createWrite(NixlPeer peer, SegmentList segments, Registrations sources) {
        int first = 0;
        while (segments.length(first) == 0) {
            first++;
        }
        MemoryKind from = sources.get(segments.fromRegion(first)).region().kind();
        MemoryKind to = peer.region(segments.toRegion(first)).kind();
        NixlFailure.check(api.createXferDlist(memType(from), out.address(FIRST)), "list segments");
        long local = out.getLong(FIRST);
        NixlFailure.check(api.createXferDlist(memType(to), out.address(FIRST)), "list segments");
        long remote = out.getLong(FIRST);
        for (int i = first; i < segments.size(); i++) {
            long length = segments.length(i);
            if (length > 0) {
                Region source = sources.get(segments.fromRegion(i)).region();
                RemoteRegion target = peer.region(segments.toRegion(i));
                api.xferDlistAddDesc(local, source.nativeAddress() + segments.fromOffset(i), length, source.device());
                api.xferDlistAddDesc(remote, target.address() + segments.toOffset(i), length, target.device());
            }
        }
        int status = api.createXferReq(
                handle, NixlAbi.XFER_WRITE, local, remote, peer.nativeName().address(), out.address(FIRST), NULL);
        api.destroyXferDlist(local);
        api.destroyXferDlist(remote);
        return status == NixlAbi.SUCCESS ? out.getLong(FIRST) : NULL;
    }

    /** Begins a request with a notification. Never blocks. Returns a status. */
    int post(long request, ByteBuffer notification) {
        int length = stage(Envelope.MESSAGE, notification);
        int status = api.optArgsSetNotifMsg(withNotification, message.address(), length);
        return status == NixlAbi.SUCCESS ? api.postXferReq(handle, request, withNotification) : status;
    }

    /** Moves a request along. Returns a status. */
    int status(long request) {
        return api.getXferStatus(handle, request);
    }

    /**
     * Gives a request back that has ended.
     *
     * @return whether NIXL took it; if not, it must be left alone
     */
    boolean release(long request) {
        return api.releaseXferReq(handle, request) == NixlAbi.SUCCESS && api.destroyXferReq(request) == NixlAbi.SUCCESS;
    }

    /** Sends a notification alone. Never blocks. Returns a status. */
    int notify(NixlPeer peer, byte kind, ByteBuffer content) {
        int length = stage(kind, content);
        return api.genNotif(handle, peer.nativeName().address(), message.address(), length, NULL);
    }

    private int stage(byte kind, ByteBuffer content) {
        ByteBuffer staged = message.bytes();
        staged.put(Envelope.KIND_AT, kind);
        int length = content.remaining();
        staged.put(Envelope.BYTES, content, content.position(), length);
        return Envelope.BYTES + length;
    }

    /**
     * Moves everything along, and puts what arrived into the inbox.
     *
     * @throws KvTransferException if NIXL can't say what arrived
     */
    void receive(Inbox inbox) {
        NixlFailure.check(api.getNotifs(handle, arrivals, NULL), "receive notifications");
        api.notifMapSize(arrivals, out.address(FIRST));
        long senders = out.getLong(FIRST);
        if (senders == 0) {
            return;
        }
        for (long sender = 0; sender < senders; sender++) {
            api.notifMapGetAgentAt(arrivals, sender, out.address(FIRST));
            long senderName = out.getLong(FIRST);
            api.notifMapGetNotifsSize(arrivals, senderName, out.address(FIRST));
            long count = out.getLong(FIRST);
            for (long i = 0; i < count; i++) {
                api.notifMapGetNotif(arrivals, senderName, i, out.address(FIRST), out.address(SECOND));
                long length = out.getLong(SECOND);
                // Whatever else uses NIXL may send what it likes.
                if (length >= Envelope.BYTES && length <= Envelope.BYTES + Envelope.MAX_MESSAGE_BYTES) {
                    api.memcpy(deliver.address(), out.getLong(FIRST), length);
                    inbox.add(deliver.bytes(), (int) length);
                }
            }
        }
        api.notifMapClear(arrivals);
    }

    /** Ends the agent and all its connections. No request may be left, no region be registered. Idempotent. */
    void destroy() {
        if (arrivals != NULL) {
            api.destroyNotifMap(arrivals);
            arrivals = NULL;
        }
        if (withNotification != NULL) {
            api.destroyOptArgs(withNotification);
            withNotification = NULL;
        }
        if (backend != NULL) {
            api.destroyBackend(backend);
            backend = NULL;
        }
        if (handle != NULL) {
            api.destroyAgent(handle);
            handle = NULL;
        }
    }

    private static int memType(MemoryKind kind) {
        return switch (kind) {
            case HOST -> NixlAbi.MEM_DRAM;
            case CUDA -> NixlAbi.MEM_VRAM;
        };
    }
}
