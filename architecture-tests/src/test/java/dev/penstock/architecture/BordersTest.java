// SPDX-License-Identifier: Apache-2.0
package dev.penstock.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The borders hold; each looked at enough classes; each notices a planted violation. */
class BordersTest {
    /** What gRPC's compiler wrote is not ours to judge. */
    private static final ImportOption WITHOUT_GENERATED =
            location -> !location.contains("/dev/penstock/adapter/control/grpc/proto/");

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(WITHOUT_GENERATED)
            .importPackages(Borders.ROOT);
    private static final JavaClasses WITH_PLANTED =
            new ClassFileImporter().withImportOption(WITHOUT_GENERATED).importPackages(Borders.ROOT);

    static List<Borders.Border> borders() {
        return Borders.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("borders")
    void shouldHold(Borders.Border border) {
        border.rule().check(MAIN);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("borders")
    void shouldLookAtEnoughClasses(Borders.Border border) {
        long subjects = MAIN.stream().filter(border.subjects()).count();
        assertThat(subjects).as("classes that the rule is about").isGreaterThanOrEqualTo(border.floor());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("borders")
    void shouldNoticeThePlantedViolation(Borders.Border border) {
        EvaluationResult result = border.rule().evaluate(WITH_PLANTED);

        assertThat(result.hasViolation()).as("a violation is found").isTrue();
        assertThat(result.getFailureReport().toString()).contains(border.planted());
    }

    @Test
    void shouldPlantOnlyInTests() {
        assertThat(MAIN.stream().map(JavaClass::getSimpleName)).noneMatch(name -> name.startsWith("Planted"));
    }
}
