// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.ffm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The functions of UCX that tell what it found, from {@code uct/api/uct.h} of UCX 1.22. All return a {@code ucs_status_t},
 * 0 for success.
 *
 * {@snippet lang=c :
 * ucs_status_t uct_query_components(uct_component_h** components_p, unsigned* num_components_p);
 * void uct_release_component_list(uct_component_h* components);
 * ucs_status_t uct_component_query(uct_component_h component, uct_component_attr_t* component_attr);
 * ucs_status_t uct_md_config_read(
 *     uct_component_h component, const char* env_prefix, const char* filename, uct_md_config_t** config_p);
 * void uct_config_release(void* config);
 * ucs_status_t uct_md_open(
 *     uct_component_h component, const char* md_name, const uct_md_config_t* config, uct_md_h* md_p);
 * void uct_md_close(uct_md_h md);
 * ucs_status_t uct_md_query_tl_resources(
 *     uct_md_h md, uct_tl_resource_desc_t** resources_p, unsigned* num_resources_p);
 * void uct_release_tl_resource_list(uct_tl_resource_desc_t* resources);
 * }
 */
record UctSymbols(
        MethodHandle queryComponents,
        MethodHandle releaseComponentList,
        MethodHandle componentQuery,
        MethodHandle mdConfigRead,
        MethodHandle configRelease,
        MethodHandle mdOpen,
        MethodHandle mdClose,
        MethodHandle queryTlResources,
        MethodHandle releaseTlResourceList) {
    /** {@code UCT_COMPONENT_NAME_MAX} and {@code UCT_MD_NAME_MAX}. */
    static final int NAME_BYTES = 16;

    /** {@code uct_component_attr_t}: field_mask, name, md_resource_count, md_resources, flags, and room for more. */
    static final int COMPONENT_ATTR_BYTES = 128;

    static final int COMPONENT_NAME_AT = 8;
    static final int COMPONENT_MD_COUNT_AT = 24;
    static final int COMPONENT_MDS_AT = 32;

    /** {@code UCT_COMPONENT_ATTR_FIELD_NAME | UCT_COMPONENT_ATTR_FIELD_MD_RESOURCE_COUNT}. */
    static final long COMPONENT_NAME_AND_MD_COUNT = 0x3;

    /** {@code UCT_COMPONENT_ATTR_FIELD_MD_RESOURCES}. */
    static final long COMPONENT_MDS = 0x4;

    /** {@code uct_tl_resource_desc_t}: tl_name[10], dev_name[32], dev_type, sys_device. */
    static final int TL_RESOURCE_BYTES = 52;

    static final int TL_NAME_BYTES = 10;
    static final int DEVICE_NAME_BYTES = 32;

    /**
     * Finds the functions.
     *
     * @throws UnsatisfiedLinkError if one is missing
     */
    static UctSymbols in(SymbolLookup libuct) {
        return new UctSymbols(
                status(libuct, "uct_query_components", JAVA_LONG, JAVA_LONG),
                nothing(libuct, "uct_release_component_list"),
                status(libuct, "uct_component_query", JAVA_LONG, JAVA_LONG),
                status(libuct, "uct_md_config_read", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                nothing(libuct, "uct_config_release"),
                status(libuct, "uct_md_open", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                nothing(libuct, "uct_md_close"),
                status(libuct, "uct_md_query_tl_resources", JAVA_LONG, JAVA_LONG, JAVA_LONG),
                nothing(libuct, "uct_release_tl_resource_list"));
    }

    private static MethodHandle status(SymbolLookup libuct, String name, MemoryLayout... arguments) {
        return NativeCode.function(libuct, name, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static MethodHandle nothing(SymbolLookup libuct, String name) {
        return NativeCode.function(libuct, name, FunctionDescriptor.ofVoid(JAVA_LONG));
    }
}
