// SPDX-License-Identifier: Apache-2.0
package dev.penstock.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.conditions.ArchConditions.never;
import static com.tngtech.archunit.lang.conditions.ArchConditions.onlyDependOnClassesThat;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.ArrayList;
import java.util.List;

/** The borders of docs/architecture.md, one rule each. */
final class Borders {
    static final String ROOT = "dev.penstock";
    private static final String PORTS = "dev.penstock.ports..";
    private static final String DOMAIN = "dev.penstock.domain..";
    private static final String ADAPTERS = "dev.penstock.adapter..";
    private static final String APP = "dev.penstock.app..";
    private static final String NIXL = "dev.penstock.transport.nixl..";
    private static final String DISK = "dev.penstock.adapter.disk..";
    private static final String TESTKIT = "dev.penstock.transport.testkit..";
    private static final String[] JAVA_BASE = {
        "java.lang", "java.lang.annotation", "java.lang.invoke", "java.lang.runtime", "java.io", "java.math",
        "java.nio..", "java.security..", "java.time..", "java.util", "java.util.function", "java.util.stream",
        "java.util.concurrent..", "java.util.regex", "org.jspecify.annotations"
    };

    /**
     * A rule with its proof that it sees something.
     *
     * @param name what it holds
     * @param subjects the classes it is about
     * @param floor there are at least this many of them
     * @param rule the rule
     * @param planted the class that breaks it and must be found
     */
    record Border(String name, DescribedPredicate<JavaClass> subjects, int floor, ArchRule rule, String planted) {
        @Override
        public String toString() {
            return name;
        }
    }

    private Borders() {}

    static List<Border> all() {
        List<Border> borders = new ArrayList<>();
        borders.add(border(
                "ports need java.base alone",
                resideInAPackage(PORTS),
                40,
                onlyDependOnClassesThat(inAnyOf(JAVA_BASE, PORTS)),
                "dev.penstock.ports.PlantedDomainUser"));
        borders.add(border(
                "the domain needs java.base and the ports alone",
                resideInAPackage(DOMAIN),
                70,
                onlyDependOnClassesThat(inAnyOf(JAVA_BASE, PORTS, DOMAIN)),
                "dev.penstock.domain.PlantedAdapterUser"));
        borders.add(border(
                "the domain has no threads, no locks and no clock of its own",
                resideInAPackage(DOMAIN),
                70,
                never(dependOnClassesThat(resideInAPackage("java.util.concurrent..")
                                .or(nameMatching("java\\.lang\\.(Thread|ThreadLocal|Process)(\\$.*)?"))))
                        .and(never(callMethod(System.class, "nanoTime")))
                        .and(never(callMethod(System.class, "currentTimeMillis"))),
                "dev.penstock.domain.PlantedSleeper"));
        borders.add(border(
                "no adapter sees the domain or the app",
                resideInAPackage(ADAPTERS),
                40,
                never(dependOnClassesThat(resideInAnyPackage(DOMAIN, APP))),
                "dev.penstock.adapter.planted.PlantedDomainUser"));
        borders.add(new Border(
                "no adapter sees another adapter",
                resideInAPackage(ADAPTERS),
                40,
                slices().matching("dev.penstock.adapter.(*)..").should().notDependOnEachOther(),
                "dev.penstock.adapter.planted.PlantedNeighbour"));
        borders.add(new Border(
                "the bindings of NIXL do not see each other",
                resideInAPackage("dev.penstock.adapter.nixl.."),
                8,
                slices().matching("dev.penstock.adapter.nixl.(*)..").should().notDependOnEachOther(),
                "dev.penstock.adapter.nixl.ffm.PlantedTwin"));
        borders.add(border(
                "the transport over NIXL needs java.base and the ports alone",
                resideInAPackage(NIXL),
                25,
                onlyDependOnClassesThat(inAnyOf(JAVA_BASE, PORTS, NIXL, "java.lang.ref", "java.util.zip")),
                "dev.penstock.transport.nixl.PlantedAdapterUser"));
        borders.add(border(
                "nothing but the bindings and the app sees the transport over NIXL",
                resideOutsideOfPackages(NIXL, "dev.penstock.adapter.nixl..", APP),
                150,
                never(dependOnClassesThat(resideInAPackage(NIXL))),
                "dev.penstock.domain.PlantedNixlUser"));
        borders.add(border(
                "nothing but the app sees the app",
                resideOutsideOfPackage(APP),
                150,
                never(dependOnClassesThat(resideInAPackage(APP))),
                "dev.penstock.adapter.planted.PlantedAppUser"));
        borders.add(border(
                "nothing but the testkit needs the testkit or JUnit",
                resideOutsideOfPackage(TESTKIT),
                150,
                never(dependOnClassesThat(resideInAnyPackage(TESTKIT, "org.junit..", "org.assertj.."))),
                "dev.penstock.domain.PlantedTestUser"));
        borders.add(alone(
                "foreign functions and memory",
                "dev.penstock.adapter.nixl.ffm..",
                "PlantedForeign",
                "java.lang.foreign.."));
        borders.add(border(
                "files of objects need java.base and the ports alone",
                resideInAPackage(DISK),
                5,
                onlyDependOnClassesThat(inAnyOf(JAVA_BASE, PORTS, DISK, "java.util.zip")),
                "dev.penstock.adapter.disk.PlantedStranger"));
        borders.add(alone("JCuda", "dev.penstock.adapter.cuda..", "PlantedCuda", "jcuda.."));
        borders.add(alone(
                "gRPC and protobuf",
                "dev.penstock.adapter.control.grpc..",
                "PlantedGrpc",
                "io.grpc..",
                "com.google.protobuf.."));
        borders.add(alone("Dagger", APP, "PlantedDagger", "dagger..", "javax.inject..", "jakarta.inject.."));
        borders.add(alone(
                "the command line's libraries",
                APP,
                "PlantedCommand",
                "picocli..",
                "ch.qos.logback..",
                "org.slf4j..",
                "me.tongfei.."));
        borders.add(border(
                "native methods are in adapter-nixl-jni alone",
                resideOutsideOfPackage("dev.penstock.adapter.nixl.jni.."),
                150,
                declareNoNativeMethods(),
                "dev.penstock.adapter.planted.PlantedNative"));
        borders.add(border(
                "libraries write nothing to standard streams and use no java.util.logging",
                resideOutsideOfPackages(APP, TESTKIT),
                150,
                never(ArchConditions.accessField(System.class, "out"))
                        .and(never(ArchConditions.accessField(System.class, "err")))
                        .and(never(dependOnClassesThat(resideInAPackage("java.util.logging.."))))
                        .and(never(callMethod(Throwable.class, "printStackTrace"))),
                "dev.penstock.adapter.planted.PlantedPrinter"));
        borders.add(border(
                "nobody throws a bare exception",
                resideInAPackage(ROOT + ".."),
                150,
                makeNoBareExceptions(),
                "dev.penstock.adapter.planted.PlantedThrower"));
        borders.add(new Border(
                "modules have no cycles",
                resideInAPackage(ROOT + ".."),
                150,
                slices().matching("dev.penstock.(*)..").should().beFreeOfCycles(),
                "dev.penstock.ports.PlantedDomainUser"));
        borders.add(new Border(
                "packages of the domain have no cycles",
                resideInAPackage(DOMAIN),
                70,
                slices().matching("dev.penstock.domain.(**)").should().beFreeOfCycles(),
                "dev.penstock.domain.wire.PlantedCycle"));
        return borders;
    }

    private static Border alone(String what, String home, String planted, String... packages) {
        return border(
                what + (home.equals(APP) ? " are for the app alone" : " are for one adapter alone: " + home),
                resideOutsideOfPackage(home),
                100,
                never(dependOnClassesThat(resideInAnyPackage(packages))),
                "dev.penstock.domain." + planted);
    }

    private static Border border(
            String name,
            DescribedPredicate<JavaClass> subjects,
            int floor,
            ArchCondition<JavaClass> condition,
            String planted) {
        return new Border(
                name,
                subjects,
                floor,
                ArchRuleDefinition.classes().that(subjects).should(condition),
                planted);
    }

    private static DescribedPredicate<JavaClass> inAnyOf(String[] packages, String... more) {
        // Arrays and primitives have no package of their own.
        return resideInAnyPackage(packages).or(resideInAnyPackage(more)).or(resideInAPackage(""));
    }

    private static ArchCondition<JavaClass> makeNoBareExceptions() {
        return new ArchCondition<>("make no exceptions that say nothing of their kind") {
            @Override
            public void check(JavaClass javaClass, ConditionEvents events) {
                for (JavaConstructorCall call : javaClass.getConstructorCallsFromSelf()) {
                    JavaClass made = call.getTargetOwner();
                    boolean bare = made.isEquivalentTo(RuntimeException.class) || made.isEquivalentTo(Exception.class);
                    // An exception class of our own calls its superclass so.
                    if (bare && !javaClass.isAssignableTo(Throwable.class)) {
                        events.add(SimpleConditionEvent.violated(call, call.getDescription()));
                    }
                }
            }
        };
    }

    private static ArchCondition<JavaClass> declareNoNativeMethods() {
        return new ArchCondition<>("declare no native methods") {
            @Override
            public void check(JavaClass javaClass, ConditionEvents events) {
                for (JavaMethod method : javaClass.getMethods()) {
                    if (method.getModifiers().contains(JavaModifier.NATIVE)) {
                        events.add(SimpleConditionEvent.violated(method, method.getFullName() + " is native"));
                    }
                }
            }
        };
    }
}
