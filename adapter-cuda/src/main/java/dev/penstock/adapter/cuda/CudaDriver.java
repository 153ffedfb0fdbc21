// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** The driver of this host: loaded and initialized once, or the reason why it can't be. */
final class CudaDriver {
    private static final String OPERATION = "load the CUDA driver";
    private static final boolean SUPPORTED_HOST =
            "linux".equals(System.getProperty("os.name", "").toLowerCase(Locale.ROOT))
                    && "amd64".equals(System.getProperty("os.arch", ""));

    private CudaDriver() {}

    /**
     * Makes sure that the driver can be called. Any thread may call, any number of times.
     *
     * @throws KvTransferException of kind UNAVAILABLE, naming what is missing, if it can't
     */
    static void require() {
        if (!SUPPORTED_HOST) {
            throw new KvTransferException(
                    FailureKind.UNAVAILABLE,
                    OPERATION,
                    "JCuda's native library is there for Linux on x86-64 alone, and this is "
                            + System.getProperty("os.name") + " on " + System.getProperty("os.arch"));
        }
        Library.PROBLEM.ifPresent(problem -> {
            throw new KvTransferException(FailureKind.UNAVAILABLE, OPERATION, problem);
        });
        int status = JCudaDriver.cuInit(0);
        if (status != CUresult.CUDA_SUCCESS) {
            throw CudaCalls.failure(
                    FailureKind.UNAVAILABLE,
                    status,
                    "cuInit",
                    OPERATION,
                    status == CUresult.CUDA_ERROR_NO_DEVICE
                            ? ": the driver sees no GPU; look at CUDA_VISIBLE_DEVICES, or at what the container was given"
                            : ": see what nvidia-smi says");
        }
    }

    /** JCuda's native library, which needs the driver's: loaded with JCuda's class, and only the first failure says why. */
    private static final class Library {
        static final Optional<String> PROBLEM = load();

        private Library() {}

        /**
         * JCuda unpacks its library into a file of fixed name, and loads what is there without asking whether that is whole:
         * of two processes that begin at once, one would run into the end of what the other has not written.
         */
        private static Optional<String> load() {
            Path lock = Path.of(
                    System.getProperty("java.io.tmpdir"),
                    "penstock-jcuda-" + System.getProperty("user.name") + ".lock");
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.lock();
                JCudaDriver.setExceptionsEnabled(false);
                return Optional.empty();
            } catch (LinkageError e) {
                return Optional.of(reasonOf(e));
            } catch (IOException e) {
                return Optional.of("JCuda's native library can't be unpacked: " + lock + " can't be locked (" + e
                        + "); set -Djava.io.tmpdir");
            }
        }
    }

    private static String reasonOf(LinkageError error) {
        return mentions(error, "libcuda.so")
                ? "there is no NVIDIA driver here (libcuda.so.1 was not found): install it, or give the container access"
                        + " to the host's"
                : "JCuda's native library could not be loaded from jcuda-natives into "
                        + System.getProperty("java.io.tmpdir")
                        + ": it must be writable and allow to run what is in it; or set -Djava.io.tmpdir";
    }

    private static boolean mentions(Throwable error, String text) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (e.getMessage() != null && e.getMessage().contains(text)) {
                return true;
            }
        }
        return false;
    }
}
