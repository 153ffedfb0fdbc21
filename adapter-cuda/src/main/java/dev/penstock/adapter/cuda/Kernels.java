// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import static jcuda.driver.JCudaDriver.cuLaunchKernel;
import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleLoadData;
import static jcuda.driver.JCudaDriver.cuModuleUnload;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import org.jspecify.annotations.Nullable;

/** The kernels, loaded into the current context. The driver compiles their PTX for its GPU, and keeps the result for the next process. */
final class Kernels implements AutoCloseable {
    private static final String RESOURCE = "penstock.ptx";
    private static final String OPERATION = "load the GPU kernels";
    private static final @Nullable Pointer NO_EXTRA = null;

    private final CUmodule module = new CUmodule();
    private final Map<Kernel, CUfunction> functions = new EnumMap<>(Kernel.class);

    Kernels() {
        CudaCalls.check(cuModuleLoadData(module, ptx()), "cuModuleLoadData", OPERATION);
        try {
            for (Kernel kernel : Kernel.values()) {
                CUfunction function = new CUfunction();
                CudaCalls.check(
                        cuModuleGetFunction(function, module, kernel.symbol()), "cuModuleGetFunction", OPERATION);
                functions.put(kernel, function);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The text of the PTX with the zero byte that ends it. */
    private static byte[] ptx() {
        try (InputStream in = Objects.requireNonNull(Kernels.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            byte[] text = in.readAllBytes();
            byte[] terminated = new byte[text.length + 1];
            System.arraycopy(text, 0, terminated, 0, text.length);
            return terminated;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Begins one, with blocks in one dimension. The arguments are read before this returns. */
    void launch(Kernel kernel, int blocks, CUstream stream, Arguments arguments, String operation) {
        CudaCalls.check(
                cuLaunchKernel(
                        functions.get(kernel),
                        blocks,
                        1,
                        1,
                        Kernel.THREADS,
                        1,
                        1,
                        0,
                        stream,
                        arguments.pointer(),
                        NO_EXTRA),
                "cuLaunchKernel",
                operation);
    }

    @Override
    public void close() {
        cuModuleUnload(module);
    }
}
