// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;

/** Why a call ended on the server's side: gRPC tells its tracers, and the call's listener only that it did. */
final class CallEnd extends ServerStreamTracer {
    private static final Context.Key<CallEnd> KEY = Context.key("penstock-call-end");

    private volatile Status status = Status.CANCELLED;

    /** The tracer of the call that is being started on this thread. */
    static CallEnd current() {
        CallEnd end = KEY.get();
        return end != null ? end : new CallEnd();
    }

    /** The reason, once the call ended. */
    Status status() {
        return status;
    }

    @Override
    public Context filterContext(Context context) {
        return context.withValue(KEY, this);
    }

    @Override
    public void streamClosed(Status reason) {
        status = reason;
    }

    /** Gives each call one. */
    static final class Factory extends ServerStreamTracer.Factory {
        @Override
        public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
            return new CallEnd();
        }
    }
}
