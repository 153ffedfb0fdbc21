// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.pipe;

import dev.penstock.app.program.ObjectHeader;
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
 * Objects are copied into the ring at one end and out of it at the other.
 *
 * @param staged whether objects are copied into the ring; if not, they are sent from where they are
 */
public record PipeProgram(boolean staged) implements Program {
    private static final int OBJECTS = 100;
    private static final long BUFFER_BYTES = 4L << 30;

    @Override
    public String name() {
        return "pipe";
    }

    @Override
    public SizeDefaults sizeDefaults() {
        return new SizeDefaults(OBJECTS, BUFFER_BYTES, false);
    }

    @Override
    public CopyModel copyModel() {
        return new CopyModel(List.of(RawWork.COPY), List.of(RawWork.COPY));
    }

    @Override
    public long senderBytes(Sizes sizes) {
        return sizes.roundBytes() + sizes.windowBytes();
    }

    @Override
    public long receiverBytes(Sizes sizes) {
        return sizes.bufferBytes() + sizes.roundBytes() + sizes.windowBytes();
    }

    @Override
    public List<String> arguments() {
        return List.of("--staging", staged ? "on" : "off");
    }

    @Override
    public Map<String, Object> parameters() {
        return Map.of("staging", staged);
    }

    @Override
    public SenderPart sender(RoleContext context) {
        return new CopyingSender(
                context,
                staged,
                pipe -> (round, index, source, listener) ->
                        pipe.send(new ObjectHeader(round, index).encode(), source, listener));
    }

    @Override
    public ReceiverPart receiver(RoleContext context) {
        return new OwningReceiver(context, false);
    }
}
