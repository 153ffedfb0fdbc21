// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.channel;

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
import java.util.List;
import java.util.Map;

/**
 * Objects with keys and metadata are copied into the ring, and the receiver's observer gets a copy of each.
 *
 * @param staged whether objects are copied into the ring; if not, they are sent from where they are
 */
public record ChannelProgram(boolean staged) implements Program {
    private static final int OBJECTS = 100;
    private static final long BUFFER_BYTES = 4L << 30;

    @Override
    public String name() {
        return "channel";
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
        return sizes.bufferBytes() + sizes.ownedBytes() + sizes.windowBytes();
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
        ObjectKeys keys = new ObjectKeys(context.id(), context.sizes());
        return new CopyingSender(context, staged, pipe -> {
            SendChannel channel = new SendChannel(pipe);
            return (round, index, source, listener) -> channel.put(keys.meta(round, index), source, listener);
        });
    }

    @Override
    public ReceiverPart receiver(RoleContext context) {
        return new ObservingReceiver(context);
    }
}
