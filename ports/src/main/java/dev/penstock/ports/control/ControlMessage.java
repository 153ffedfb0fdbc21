// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

/** What two nodes say to each other on a link. docs/protocol.md tells when each is allowed and what follows. */
public sealed interface ControlMessage
        permits Hello, Welcome, Refusal, Ready, Heartbeat, Goodbye, BackendCall, BackendReply {}
