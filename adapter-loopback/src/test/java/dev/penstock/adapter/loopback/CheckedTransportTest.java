// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.Peer;
import dev.penstock.ports.transport.TransportConfig;
import dev.penstock.transport.testkit.CheckedTransportProvider;
import dev.penstock.transport.testkit.LeakError;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** That the testkit's decorators find what they are for. */
class CheckedTransportTest {
    private static final Completion IGNORED = new Completion() {
        @Override
        public void completed() {}

        @Override
        public void failed(KvTransferException failure) {}
    };

    private static KvTransport open() {
        return new CheckedTransportProvider(new LoopbackTransportProvider()).open(new TransportConfig("checked"));
    }

    private static Region register(KvTransport transport) {
        HostRegion block = transport.hostRegions().allocate(100);
        Region region = new Region(new RegionId(1), MemoryKind.HOST, 0, HostRegion.NO_ADDRESS, 100, block);
        transport.register(region);
        return region;
    }

    @Test
    void shouldSayNothingWhenAllWasGivenBack() {
        KvTransport transport = open();
        KvTransport other = open();
        Region region = register(transport);
        transport.disconnect(transport.connect(other.descriptor()));
        transport.deregister(region.id());

        assertThatCode(transport::close).doesNotThrowAnyException();
        assertThatCode(transport::close).doesNotThrowAnyException();
        other.close();
    }

    @Test
    void shouldFindWhatWasNotGivenBack() {
        KvTransport transport = open();
        KvTransport other = open();
        register(transport);
        Peer peer = transport.connect(other.descriptor());
        transport.submitWrite(peer, new SegmentList(1), ByteBuffer.allocate(1), IGNORED);

        assertThatThrownBy(transport::close)
                .isInstanceOf(LeakError.class)
                .hasMessage("1 regions registered, 1 peers connected, 1 writes under way at close")
                .satisfies(leak -> assertThat(leak.getSuppressed())
                        .hasSize(3)
                        .allSatisfy(origin -> assertThat(origin.getStackTrace())
                                .anyMatch(frame -> frame.getClassName().equals(CheckedTransportTest.class.getName()))));
        other.close();
    }

    @Test
    void shouldFindCallsFromASecondThread() {
        KvTransport transport = open();
        assertThat(transport.descriptor()).isNotEmpty();

        assertThatThrownBy(
                        () -> CompletableFuture.runAsync(transport::descriptor).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(AssertionError.class);
        transport.close();
    }
}
