// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line that starts this program once more: the same Java, the same options, the same class path. */
final class JavaCommand {
    private JavaCommand() {}

    /** Everything up to and including the main class. */
    static List<String> upTo(String mainClass) {
        String[] arguments = ProcessHandle.current().info().arguments().orElse(new String[0]);
        return upTo(
                mainClass,
                List.of(arguments),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                System.getProperty("java.class.path"));
    }

    static List<String> upTo(String mainClass, List<String> arguments, String java, String classPath) {
        List<String> command = new ArrayList<>();
        command.add(java);
        int main = arguments.indexOf(mainClass);
        if (main >= 0) {
            command.addAll(arguments.subList(0, main));
        } else {
            // The system does not tell them, or this runs within another program.
            command.add("-cp");
            command.add(classPath);
        }
        command.add(mainClass);
        return command;
    }
}
