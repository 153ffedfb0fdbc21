// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.program.pipe.PipeProgram;
import dev.penstock.app.raw.CopyModel;
import dev.penstock.app.raw.RawCopy;
import dev.penstock.app.report.Figure;
import dev.penstock.app.run.SizeDefaults;
import dev.penstock.app.run.Sizes;
import dev.penstock.domain.session.Inbound;
import dev.penstock.domain.session.Session;
import dev.penstock.ports.control.NodeId;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntToLongFunction;
import java.util.function.UnaryOperator;

/** The program {@code pipe} with a sender or a receiver that was meddled with. */
record Sabotaged(
        UnaryOperator<RoleContext> senderContexts,
        UnaryOperator<SenderPart> senders,
        UnaryOperator<ReceiverPart> receivers,
        PipeProgram pipe)
        implements Program {
    /** How a sender runs a round. */
    @FunctionalInterface
    interface RoundOf {
        Map<Figure, Long> run(int round);
    }

    /** A sender that is told something else of its role. */
    static Sabotaged context(UnaryOperator<RoleContext> contexts) {
        return new Sabotaged(contexts, part -> part, part -> part, new PipeProgram(true));
    }

    /** A sender that runs rounds in another way. */
    static Sabotaged round(Function<SenderPart, RoundOf> rounds) {
        return new Sabotaged(
                context -> context, part -> new Sender(part, rounds.apply(part)), part -> part, new PipeProgram(true));
    }

    /** A receiver that checks rounds in another way. */
    static Sabotaged verification(IntToLongFunction verification) {
        return new Sabotaged(
                context -> context, part -> part, part -> new Receiver(part, verification), new PipeProgram(true));
    }

    @Override
    public SenderPart sender(RoleContext context) {
        return senders.apply(pipe.sender(senderContexts.apply(context)));
    }

    @Override
    public ReceiverPart receiver(RoleContext context) {
        return receivers.apply(pipe.receiver(context));
    }

    @Override
    public String name() {
        return pipe.name();
    }

    @Override
    public String objectsFlag() {
        return pipe.objectsFlag();
    }

    @Override
    public SizeDefaults sizeDefaults() {
        return pipe.sizeDefaults();
    }

    @Override
    public CopyModel copyModel() {
        return pipe.copyModel();
    }

    @Override
    public List<String> arguments() {
        return pipe.arguments();
    }

    @Override
    public Map<String, Object> parameters() {
        return pipe.parameters();
    }

    @Override
    public long senderBytes(Sizes sizes) {
        return pipe.senderBytes(sizes);
    }

    @Override
    public long receiverBytes(Sizes sizes) {
        return pipe.receiverBytes(sizes);
    }

    private record Sender(SenderPart part, RoundOf round) implements SenderPart {
        @Override
        public void allocate() {
            part.allocate();
        }

        @Override
        public void opened(Session session) {
            part.opened(session);
        }

        @Override
        public void prepare(int number) {
            part.prepare(number);
        }

        @Override
        public Map<Figure, Long> run(int number) {
            return round.run(number);
        }

        @Override
        public RawCopy rawCopy() {
            return part.rawCopy();
        }
    }

    private record Receiver(ReceiverPart part, IntToLongFunction verification) implements ReceiverPart {
        @Override
        public void allocate() {
            part.allocate();
        }

        @Override
        public void prepare(int round) {
            part.prepare(round);
        }

        @Override
        public Inbound inbound(NodeId sender) {
            return part.inbound(sender);
        }

        @Override
        public Map<Figure, Long> receive(int round, BooleanSupplier sendersDone) {
            return part.receive(round, sendersDone);
        }

        @Override
        public long verify(int round) {
            return verification.applyAsLong(round);
        }

        @Override
        public RawCopy rawCopy() {
            return part.rawCopy();
        }
    }
}
