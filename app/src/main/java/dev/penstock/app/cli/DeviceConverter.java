// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.run.Device;
import picocli.CommandLine.ITypeConverter;

/** Reads a {@link Device}. */
final class DeviceConverter implements ITypeConverter<Device> {
    @Override
    public Device convert(String value) {
        return Converted.by(Device::parse, value);
    }
}
