/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints how C lays out the structures of UCX that Java reads, one "NAME value" a line, with the names of Java's UctSymbols:
 * a test compares the two.
 */
#include "uct.h"

#include <stdio.h>

/* Java gives uct_component_query more room than the structure needs: a newer UCX may fill in more of it. */
#define COMPONENT_ATTR_ROOM 128
_Static_assert(sizeof(uct_component_attr_t) <= COMPONENT_ATTR_ROOM, "the room is too small");
/* Java uses one constant for both, and takes the names of memory domains for an array of nothing else. */
_Static_assert(UCT_COMPONENT_NAME_MAX == UCT_MD_NAME_MAX, "two lengths of names");
_Static_assert(sizeof(uct_md_resource_desc_t) == UCT_MD_NAME_MAX, "more than a name");
_Static_assert(offsetof(uct_tl_resource_desc_t, tl_name) == 0, "the name is not at the start");

static void print(const char* name, long value) {
    printf("%s %ld\n", name, value);
}

int main(void) {
    print("NAME_BYTES", UCT_COMPONENT_NAME_MAX);
    print("COMPONENT_ATTR_BYTES", COMPONENT_ATTR_ROOM);
    print("COMPONENT_NAME_AT", offsetof(uct_component_attr_t, name));
    print("COMPONENT_MD_COUNT_AT", offsetof(uct_component_attr_t, md_resource_count));
    print("COMPONENT_MDS_AT", offsetof(uct_component_attr_t, md_resources));
    print("COMPONENT_NAME_AND_MD_COUNT", UCT_COMPONENT_ATTR_FIELD_NAME | UCT_COMPONENT_ATTR_FIELD_MD_RESOURCE_COUNT);
    print("COMPONENT_MDS", UCT_COMPONENT_ATTR_FIELD_MD_RESOURCES);
    print("TL_RESOURCE_BYTES", sizeof(uct_tl_resource_desc_t));
    print("TL_NAME_BYTES", offsetof(uct_tl_resource_desc_t, dev_name));
    print("DEVICE_NAME_BYTES", sizeof(((uct_tl_resource_desc_t*)0)->dev_name));
    return 0;
}
