// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import static jcuda.driver.CUdevice_P2PAttribute.CU_DEVICE_P2P_ATTRIBUTE_ACCESS_SUPPORTED;
import static jcuda.driver.CUdevice_P2PAttribute.CU_DEVICE_P2P_ATTRIBUTE_NATIVE_ATOMIC_SUPPORTED;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;

import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;

/**
 * What GPUs this process sees, and which of them reach each other. Makes no context.
 *
 * @param driverVersion the newest CUDA that the driver knows, as it numbers it: 13000 is 13.0
 * @param gpus all of them, by ordinal
 */
public record CudaInventory(int driverVersion, List<Gpu> gpus) {
    private static final String OPERATION = "look for GPUs";
    private static final int NAME_BYTES = 256;

    /** Copies the list. */
    public CudaInventory {
        gpus = List.copyOf(gpus);
    }

    /**
     * One GPU.
     *
     * @param ordinal as CUDA counts those that CUDA_VISIBLE_DEVICES leaves
     * @param name what its maker calls it
     * @param totalBytes all its memory
     * @param computeCapability such as 9.0
     * @param peers those that it reaches
     */
    public record Gpu(int ordinal, String name, long totalBytes, String computeCapability, List<Reach> peers) {
        /** Copies the list. */
        public Gpu {
            peers = List.copyOf(peers);
        }
    }

    /**
     * A GPU that another one can copy to without the host.
     *
     * @param ordinal which one
     * @param nvLink whether they are linked by NVLink: over PCI Express there are no native atomics
     */
    public record Reach(int ordinal, boolean nvLink) {}

    /**
     * Looks. Any thread may call.
     *
     * @throws dev.penstock.ports.KvTransferException of kind UNAVAILABLE with the reason where there is no driver or no GPU
     */
    public static CudaInventory take() {
        CudaDriver.require();
        int[] value = new int[1];
        CudaCalls.check(JCudaDriver.cuDriverGetVersion(value), "cuDriverGetVersion", OPERATION);
        int version = value[0];
        CudaCalls.check(JCudaDriver.cuDeviceGetCount(value), "cuDeviceGetCount", OPERATION);
        CUdevice[] devices = new CUdevice[value[0]];
        for (int i = 0; i < devices.length; i++) {
            devices[i] = new CUdevice();
            CudaCalls.check(JCudaDriver.cuDeviceGet(devices[i], i), "cuDeviceGet", OPERATION);
        }
        List<Gpu> gpus = new ArrayList<>();
        for (int i = 0; i < devices.length; i++) {
            gpus.add(describe(devices, i));
        }
        return new CudaInventory(version, gpus);
    }

    private static Gpu describe(CUdevice[] devices, int ordinal) {
        CUdevice device = devices[ordinal];
        byte[] name = new byte[NAME_BYTES];
        CudaCalls.check(JCudaDriver.cuDeviceGetName(name, NAME_BYTES, device), "cuDeviceGetName", OPERATION);
        long[] bytes = new long[1];
        CudaCalls.check(JCudaDriver.cuDeviceTotalMem(bytes, device), "cuDeviceTotalMem", OPERATION);
        String capability = attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device) + "."
                + attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device);
        List<Reach> peers = new ArrayList<>();
        for (int other = 0; other < devices.length; other++) {
            if (other != ordinal && between(CU_DEVICE_P2P_ATTRIBUTE_ACCESS_SUPPORTED, device, devices[other])) {
                boolean atomics = between(CU_DEVICE_P2P_ATTRIBUTE_NATIVE_ATOMIC_SUPPORTED, device, devices[other]);
                peers.add(new Reach(other, atomics));
            }
        }
        return new Gpu(ordinal, CudaDevice.text(name), bytes[0], capability, peers);
    }

    private static int attribute(int attribute, CUdevice device) {
        int[] value = new int[1];
        CudaCalls.check(JCudaDriver.cuDeviceGetAttribute(value, attribute, device), "cuDeviceGetAttribute", OPERATION);
        return value[0];
    }

    private static boolean between(int attribute, CUdevice from, CUdevice to) {
        int[] value = new int[1];
        CudaCalls.check(
                JCudaDriver.cuDeviceGetP2PAttribute(value, attribute, from, to), "cuDeviceGetP2PAttribute", OPERATION);
        return value[0] != 0;
    }
}
