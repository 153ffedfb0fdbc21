// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain;

import io.grpc.Status;

/** Breaks a border on purpose: gRPC outside its adapter. */
record PlantedGrpc(Status status) {}
