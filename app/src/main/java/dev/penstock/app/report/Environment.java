// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where a result was measured: what somebody else needs to judge it. */
public final class Environment {
    private static final Pattern MAIN_CLASS = Pattern.compile("dev\\.penstock\\.[a-z.]+\\.[A-Z]\\w*");
    private static final List<String> PREFIXES = List.of("CUDA_", "NIXL_", "UCX_");
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Environment() {}

    /** Asks this process and its host. */
    public static Map<String, Object> describe() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("time", Instant.now().toString());
        String[] arguments = ProcessHandle.current().info().arguments().orElse(new String[0]);
        command(arguments).ifPresent(command -> map.put("command", command));
        map.put("penstock", Version.current());
        map.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        map.put("javaOptions", String.join(" ", tuning(arguments)));
        map.put("variables", variables(System.getenv()));
        map.put(
                "os",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        map.put("cpus", Runtime.getRuntime().availableProcessors());
        map.put("cpu", cpuModel());
        return map;
    }

    /** What follows the main class, which is the last of Java's own arguments; empty where the system does not tell them. */
    static Optional<String> command(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (MAIN_CLASS.matcher(arguments[i]).matches()) {
                String name = arguments[i].substring(arguments[i].lastIndexOf('.') + 1);
                String program = name.equals("Main") ? "penstock" : name;
                return Optional.of(
                        program + " " + String.join(" ", List.of(arguments).subList(i + 1, arguments.length)));
            }
        }
        return Optional.empty();
    }

    /** Java's own arguments that change how fast it is. */
    static List<String> tuning(String[] arguments) {
        return Stream.of(arguments)
                .takeWhile(argument -> !MAIN_CLASS.matcher(argument).matches())
                .filter(argument -> argument.startsWith("-X"))
                .toList();
    }

    /** The environment's variables that change what CUDA, NIXL and UCX do. No others: some hold secrets. */
    static Map<String, String> variables(Map<String, String> environment) {
        Map<String, String> found = new TreeMap<>(environment);
        found.keySet().removeIf(name -> PREFIXES.stream().noneMatch(name::startsWith));
        return found;
    }

    private static String cpuModel() {
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
