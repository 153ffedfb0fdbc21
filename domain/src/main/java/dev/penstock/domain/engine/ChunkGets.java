// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.PagedChunk;
import java.util.List;

/** The gets of one retrieve, until all are told. */
final class ChunkGets {
    /** What is to be got of one layer, or of all layers at once. */
    record Layer(int layer, List<ObjectMeta> chunks, List<PagedChunk> targets) {}

    private final ChunkStore store;
    private final ChunkRun run;
    private final RetrieveListener listener;
    private final LayerListener layerListener;
    private int untoldLayers;
    private int goodChunks;
    private Runnable hold = () -> {};

    ChunkGets(ChunkStore store, ChunkRun run, RetrieveListener listener, LayerListener layerListener) {
        this.store = store;
        this.run = run;
        this.listener = listener;
        this.layerListener = layerListener;
    }

    /** Asks for the keys, all layers of a chunk before the next chunk, and gets what is there. */
    void begin(List<String> keysByChunk, List<Layer> layers) {
        ChunkStore.PrefixListener found = new ChunkStore.PrefixListener() {
            @Override
            public void found(int hits, Runnable newHold) {
                hold = newHold;
                get(hits / layers.size(), layers);
            }

            @Override
            public void failed(KvTransferException cause) {
                listener.failed(cause);
            }
        };
        try {
            // No deadline: what is found is let go of as soon as it has been moved.
            store.prefix(keysByChunk, ObjectStore.MAX_LEASE_NANOS, found);
        } catch (KvTransferException e) {
            listener.failed(e);
        }
    }

    private void get(int chunks, List<Layer> layers) {
        goodChunks = chunks;
        untoldLayers = layers.size();
        if (chunks == 0) {
            hold.run();
            listener.retrieved(run.mask(0));
            return;
        }
        for (Layer layer : layers) {
            Progress progress = new Progress(layer.layer(), chunks);
            try {
                store.get(layer.chunks().subList(0, chunks), layer.targets().subList(0, chunks), progress);
            } catch (KvTransferException e) {
                progress.lost();
            }
        }
    }

    private final class Progress implements ChunkStore.ChunkListener {
        private final int layer;
        private int untold;
        private int good;

        Progress(int layer, int chunks) {
            this.layer = layer;
            this.untold = chunks;
            this.good = chunks;
        }

        @Override
        public void got(int index) {
            told();
        }

        @Override
        public void missed(int index, KvTransferException cause) {
            good = Math.min(good, index);
            told();
        }

        /** The store took none of it. */
        void lost() {
            good = 0;
            untold = 1;
            told();
        }

        private void told() {
            if (--untold > 0) {
                return;
            }
            goodChunks = Math.min(goodChunks, good);
            layerListener.layerRetrieved(layer, run.tokensOf(good));
            if (--untoldLayers == 0) {
                hold.run();
                listener.retrieved(run.mask(goodChunks));
            }
        }
    }
}
