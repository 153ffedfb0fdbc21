// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import dev.penstock.ports.control.ControlPlane;
import dev.penstock.transport.testkit.control.ControlPlaneContract;

class GrpcControlPlaneContractTest extends ControlPlaneContract {
    @Override
    protected ControlPlane newControlPlane() {
        return new GrpcControlPlane();
    }
}
