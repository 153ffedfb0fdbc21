// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.raw.CopyModel;
import dev.penstock.app.run.Footprint;
import dev.penstock.app.run.RunSettings;
import dev.penstock.app.run.SizeDefaults;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One of the programs: what is special about it. What all have in common is in {@link SenderRun} and {@link ReceiverRun}. */
public interface Program extends Footprint {
    /** The name on the command line. */
    String name();

    /** The flag that says how many objects a round has. */
    default String objectsFlag() {
        return "--num-objs";
    }

    /** What it takes where nobody asks for anything else. */
    SizeDefaults sizeDefaults();

    /** Whether a sender writes the bytes of its objects into the ring, where memory is not shared. */
    default boolean staged() {
        return true;
    }

    /** The work with each byte that can't be avoided. */
    CopyModel copyModel();

    /**
     * The program as it is to run once the run's settings are chosen.
     *
     * @param freeBytes the memory that was free before anything was taken
     * @param notes takes what a person should know of the choice
     * @throws IllegalArgumentException if the settings do not suit the program's own flags
     */
    default Program fitted(RunSettings settings, long freeBytes, Consumer<String> notes) {
        return this;
    }

    /** What a session of it agrees on, beside what all programs do. */
    default ProgramTerms terms(RunSettings settings) {
        return ProgramTerms.ofObjects(settings.sizes());
    }

    /** The flags of its own as the command line has them, for the processes that one command starts. */
    List<String> arguments();

    /**
     * Further flags for one of the senders.
     *
     * @param index which one, from 0 on
     */
    default List<String> senderArguments(int index) {
        return List.of();
    }

    /** The flags of its own by name, for the report. */
    Map<String, Object> parameters();

    /** The sender's part in a run. */
    SenderPart sender(RoleContext context);

    /** The receiver's part in a run. */
    ReceiverPart receiver(RoleContext context);
}
