// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class CopyModelTest {
    private static final CopyModel COPIES = new CopyModel(List.of(RawWork.COPY), List.of(RawWork.COPY));

    @Test
    void shouldTakeTheSlowerSideWhereBothWorkAtTheSameTime() {
        CopyModel.Ceiling ceiling =
                COPIES.ceiling(List.of(rates(20, 8)), rates(20, 6)).orElseThrow();

        assertThat(ceiling.gibPerSecond()).isEqualTo(6);
        assertThat(ceiling.arithmetic())
                .isEqualTo("min(sender: 1 copy at 8.00 -> 8.00; receiver: 1 copy at 6.00 -> 6.00) = 6.00 GiB/s");
    }

    @Test
    void shouldAddUpWhatOneSideDoesOneAfterTheOther() {
        CopyModel model = new CopyModel(List.of(RawWork.FILL, RawWork.COPY), List.of());
        List<RawRate> sender = List.of(new RawRate(RawWork.FILL, 9, 3), new RawRate(RawWork.COPY, 9, 6));

        CopyModel.Ceiling ceiling = model.ceiling(List.of(sender), List.of()).orElseThrow();

        assertThat(ceiling.gibPerSecond()).isCloseTo(2, within(1e-12));
        assertThat(ceiling.arithmetic()).contains("1 fill at 3.00 + 1 copy at 6.00", "receiver does nothing");
    }

    @Test
    void shouldAddUpSendersThatWorkSideBySide() {
        List<List<RawRate>> senders = List.of(rates(9, 3), rates(9, 4));

        assertThat(COPIES.ceiling(senders, rates(9, 6)).orElseThrow().gibPerSecond())
                .isEqualTo(6);
        assertThat(COPIES.ceiling(senders, rates(9, 8)).orElseThrow().gibPerSecond())
                .isEqualTo(7);
    }

    @Test
    void shouldSayNothingWithoutAMeasurement() {
        assertThat(COPIES.ceiling(List.of(rates(9, 9)), List.of())).isEmpty();
        assertThat(COPIES.ceiling(List.of(List.of()), rates(9, 9))).isEmpty();
        assertThat(COPIES.ceiling(List.of(), rates(9, 9))).isEmpty();
    }

    @Test
    void shouldJudgeARetrievalByWhatTheReceiverReachesAlone() {
        CopyModel model = new CopyModel(List.of(RawWork.GATHER), List.of(), List.of(RawWork.SCATTER), false);

        CopyModel.Ceiling ceiling = model.retrievalCeiling(List.of(new RawRate(RawWork.SCATTER, 9, 3)))
                .orElseThrow();

        assertThat(ceiling.gibPerSecond()).isCloseTo(9, within(1e-12));
        assertThat(ceiling.arithmetic()).isEqualTo("receiver alone: 1 scatter at 9.00 -> 9.00");
        assertThat(model.allOfReceiver()).containsExactly(RawWork.SCATTER);
        assertThat(model.retrievalCeiling(List.of())).isEmpty();
        assertThat(COPIES.retrievalCeiling(rates(9, 9))).isEmpty();
    }

    @Test
    void shouldAddADigestPassOnEachSideWhereThereAreDigests() {
        CopyModel model = COPIES.withDigests(true);
        List<RawRate> rates = List.of(new RawRate(RawWork.COPY, 9, 6), new RawRate(RawWork.DIGEST, 9, 3));

        assertThat(model.digestCeiling(List.of(rates), rates).orElseThrow().gibPerSecond())
                .isCloseTo(2, within(1e-12));
        assertThat(model.ceiling(List.of(rates), rates).orElseThrow().gibPerSecond())
                .isEqualTo(6);
        assertThat(model.allOfSender()).containsExactly(RawWork.COPY, RawWork.DIGEST);
        assertThat(COPIES.digestCeiling(List.of(rates), rates)).isEmpty();
    }

    @Test
    void shouldAddTheWriteOfATransportToTheSendersWork() {
        List<RawRate> rates = List.of(new RawRate(RawWork.COPY, 9, 6), new RawRate(RawWork.WRITE, 3, 3));

        assertThat(COPIES.writing(true)
                        .ceiling(List.of(rates), rates)
                        .orElseThrow()
                        .gibPerSecond())
                .isCloseTo(2, within(1e-12));
        assertThat(COPIES.writing(false)
                        .ceiling(List.of(rates), rates)
                        .orElseThrow()
                        .gibPerSecond())
                .isCloseTo(3, within(1e-12));
    }

    private static List<RawRate> rates(double alone, double together) {
        return List.of(new RawRate(RawWork.COPY, alone, together));
    }
}
