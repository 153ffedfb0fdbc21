// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.pipe;

import dev.penstock.app.program.Program;
import dev.penstock.app.program.ReceiverPart;
import dev.penstock.app.program.RoleContext;
import dev.penstock.app.program.SenderPart;
import dev.penstock.app.raw.CopyModel;
import dev.penstock.app.raw.RawWork;
import dev.penstock.app.run.SizeDefaults;
import dev.penstock.app.run.Sizes;
import java.util.List;
import java.util.Map;

/**
 * Objects are made in the ring at one end and copied out of it at the other.
 *
 * @param simulateWork whether both sides have something else to do now and then
 */
public record PipeV2Program(boolean simulateWork) implements Program {
    private static final int OBJECTS = 100;
    private static final long BUFFER_BYTES = 4L << 30;

    @Override
    public String name() {
        return "pipe-v2";
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
        return sizes.bufferBytes() + sizes.roundBytes() + sizes.windowBytes();
    }

    @Override
    public List<String> arguments() {
        return simulateWork ? List.of("--simulate-work") : List.of();
    }

    @Override
    public Map<String, Object> parameters() {
        return Map.of("simulate_work", simulateWork);
    }

    @Override
    public SenderPart sender(RoleContext context) {
        return new FillingSender(context, simulateWork);
    }

    @Override
    public ReceiverPart receiver(RoleContext context) {
        return new OwningReceiver(context, simulateWork);
    }
}
