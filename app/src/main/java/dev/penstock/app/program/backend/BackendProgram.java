// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.backend;

import dev.penstock.app.program.ObjectKeys;
import dev.penstock.app.program.Program;
import dev.penstock.app.program.ReceiverPart;
import dev.penstock.app.program.RoleContext;
import dev.penstock.app.program.SenderPart;
import dev.penstock.app.program.pipe.CopyingSender;
import dev.penstock.app.raw.CopyModel;
import dev.penstock.app.raw.RawWork;
import dev.penstock.app.run.SizeDefaults;
import dev.penstock.app.run.Sizes;
import dev.penstock.domain.channel.SendChannel;
import dev.penstock.domain.store.EvictionPolicies;
import java.util.List;
import java.util.Map;

/**
 * Objects are put into a keyed store at the receiver, which keeps them where they arrive; it looks for every key, then gets,
 * checks and removes each.
 *
 * @param eviction the name of the store's eviction policy
 * @param staged whether objects are copied into the ring; if not, they are sent from where they are
 */
public record BackendProgram(String eviction, boolean staged) implements Program {
    private static final int OBJECTS = 100;
    private static final long BUFFER_BYTES = 4L << 30;

    /** Checks the policy's name. */
    public BackendProgram {
        EvictionPolicies.parse(eviction);
    }

    @Override
    public String name() {
        return "backend";
    }

    @Override
    public SizeDefaults sizeDefaults() {
        return new SizeDefaults(OBJECTS, BUFFER_BYTES, false);
    }

    @Override
    public CopyModel copyModel() {
        // The receiver keeps what arrives: it copies nothing.
        return new CopyModel(List.of(RawWork.COPY), List.of());
    }

    @Override
    public long senderBytes(Sizes sizes) {
        return sizes.roundBytes() + Math.max(sizes.roundBytes(), sizes.windowBytes());
    }

    @Override
    public long receiverBytes(Sizes sizes) {
        return storeBytes(sizes, 1) + 2 * sizes.windowBytes();
    }

    /** A store for one round of so many senders, beside the pages that their sessions have granted. */
    static long storeBytes(Sizes sizes, int senders) {
        long objectPages = (sizes.roundBytes() + sizes.slotBytes() - 1) / sizes.slotBytes();
        // An object that does not fit into the rest of a page, but into a page, begins a new one.
        long rests = sizes.objectBytes() <= sizes.slotBytes()
                ? (sizes.objects() + objectsPerPage(sizes) - 1) / objectsPerPage(sizes)
                : objectPages + sizes.objects();
        return senders * (Math.max(objectPages, rests) + sizes.windowSlots() + 1) * sizes.slotBytes();
    }

    private static long objectsPerPage(Sizes sizes) {
        long aligned = sizes.ownedBytes() / sizes.objects();
        return Math.max(1, sizes.slotBytes() / aligned);
    }

    @Override
    public List<String> arguments() {
        return List.of("--eviction", eviction, "--staging", staged ? "on" : "off");
    }

    @Override
    public Map<String, Object> parameters() {
        return Map.of("eviction", eviction, "staging", staged);
    }

    @Override
    public SenderPart sender(RoleContext context) {
        ObjectKeys keys = new ObjectKeys(context.id(), context.sizes());
        // Where memory is shared, the sender fills the very pages that the store keeps: other ones for each object.
        boolean fillsStore = context.node().ports().transport().sharesMemory();
        long windowBytes = context.sizes().windowBytes();
        long roomBytes = fillsStore ? Math.max(context.sizes().roundBytes(), windowBytes) : windowBytes;
        return new CopyingSender(context, staged, roomBytes, pipe -> {
            SendChannel channel = new SendChannel(pipe);
            return (round, index, source, listener) -> channel.put(keys.meta(round, index), source, listener);
        });
    }

    @Override
    public ReceiverPart receiver(RoleContext context) {
        return new StoringReceiver(context, EvictionPolicies.parse(eviction));
    }
}
