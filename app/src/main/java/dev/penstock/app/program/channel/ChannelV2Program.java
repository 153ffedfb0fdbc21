// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.channel;

import dev.penstock.app.program.Program;
import dev.penstock.app.program.ReceiverPart;
import dev.penstock.app.program.RoleContext;
import dev.penstock.app.program.SenderPart;
import dev.penstock.app.raw.CopyModel;
import dev.penstock.app.raw.RawWork;
import dev.penstock.app.run.SizeDefaults;
import dev.penstock.app.run.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Batches of objects with keys and metadata are made in the ring by a callback, and the receiver's observer gets a copy of
 * each.
 *
 * @param batchSize objects of a batch
 * @param simulateWorkload whether the sender has something else to do between batches
 */
public record ChannelV2Program(int batchSize, boolean simulateWorkload) implements Program {
    private static final int OBJECTS = 100;
    private static final long BUFFER_BYTES = 4L << 30;

    /** Checks the batch size. */
    public ChannelV2Program {
        if (batchSize < 1) {
            throw new IllegalArgumentException("--batch-size is at least 1, not " + batchSize);
        }
    }

    @Override
    public String name() {
        return "channel-v2";
    }

    @Override
    public SizeDefaults sizeDefaults() {
        return new SizeDefaults(OBJECTS, BUFFER_BYTES, true);
    }

    @Override
    public CopyModel copyModel() {
        return new CopyModel(List.of(RawWork.FILL), List.of(RawWork.COPY));
    }

    @Override
    public long senderBytes(Sizes sizes) {
        return sizes.windowBytes();
    }

    @Override
    public long receiverBytes(Sizes sizes) {
        return sizes.bufferBytes() + sizes.ownedBytes() + sizes.windowBytes();
    }

    @Override
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("--batch-size", Integer.toString(batchSize)));
        if (simulateWorkload) {
            arguments.add("--simulate-workload");
        }
        return arguments;
    }

    @Override
    public Map<String, Object> parameters() {
        return Map.of("batch_size", batchSize, "simulate_workload", simulateWorkload);
    }

    @Override
    public SenderPart sender(RoleContext context) {
        return new BatchingSender(context, batchSize, simulateWorkload);
    }

    @Override
    public ReceiverPart receiver(RoleContext context) {
        return new ObservingReceiver(context);
    }
}
