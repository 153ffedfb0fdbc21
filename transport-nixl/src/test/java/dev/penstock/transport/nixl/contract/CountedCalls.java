// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl.contract;

import dev.penstock.ports.transport.Availability;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.TransportConfig;
import dev.penstock.transport.nixl.NixlApi;
import dev.penstock.transport.nixl.NixlTransports;
import dev.penstock.transport.nixl.library.NixlLookup;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;

/** Transports over the real NIXL whose calls are counted. */
final class CountedCalls implements KvTransportProvider {
    private final Map<String, Integer> calls = new HashMap<>();
    private final NixlTransports transports;

    CountedCalls(NixlApi binding) {
        NixlApi counted = (NixlApi) Proxy.newProxyInstance(
                NixlApi.class.getClassLoader(),
                new Class<?>[] {NixlApi.class},
                (proxy, method, arguments) -> call(binding, method, arguments));
        transports = new NixlTransports("counted", NixlLookup::here, () -> counted);
    }

    private Object call(NixlApi binding, Method method, Object[] arguments) throws Throwable {
        calls.merge(method.getName(), 1, Integer::sum);
        try {
            return method.invoke(binding, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** How often a function was called. */
    int of(String function) {
        return calls.getOrDefault(function, 0);
    }

    @Override
    public String name() {
        return "counted";
    }

    @Override
    public String protocol() {
        return NixlTransports.PROTOCOL;
    }

    @Override
    public Availability availability() {
        return transports.availability();
    }

    @Override
    public KvTransport open(TransportConfig config) {
        return transports.open(config);
    }
}
