// SPDX-License-Identifier: Apache-2.0
/** Control plane between two nodes over gRPC. */
@NullMarked
package dev.penstock.adapter.control.grpc;

import org.jspecify.annotations.NullMarked;
