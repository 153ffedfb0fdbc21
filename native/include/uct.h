/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two structures of UCX that Penstock reads, as uct/api/uct.h and ucs/sys/topo/base/topo.h of UCX 1.22 lay them out.
 * NIXL's wheels have UCX's libraries without these headers.
 */
#ifndef PENSTOCK_UCT_H
#define PENSTOCK_UCT_H

#include <stddef.h>
#include <stdint.h>

enum { UCT_TL_NAME_MAX = 10, UCT_COMPONENT_NAME_MAX = 16, UCT_MD_NAME_MAX = 16, UCT_DEVICE_NAME_MAX = 32 };

enum {
    UCT_COMPONENT_ATTR_FIELD_NAME = 1 << 0,
    UCT_COMPONENT_ATTR_FIELD_MD_RESOURCE_COUNT = 1 << 1,
    UCT_COMPONENT_ATTR_FIELD_MD_RESOURCES = 1 << 2
};

typedef struct {
    char md_name[UCT_MD_NAME_MAX];
} uct_md_resource_desc_t;

typedef struct {
    uint64_t field_mask;
    char name[UCT_COMPONENT_NAME_MAX];
    unsigned md_resource_count;
    uct_md_resource_desc_t* md_resources;
    uint64_t flags;
} uct_component_attr_t;

typedef enum { UCT_DEVICE_TYPE_NET, UCT_DEVICE_TYPE_SHM, UCT_DEVICE_TYPE_ACC, UCT_DEVICE_TYPE_SELF } uct_device_type_t;

typedef uint8_t ucs_sys_device_t;

typedef struct {
    char tl_name[UCT_TL_NAME_MAX];
    char dev_name[UCT_DEVICE_NAME_MAX];
    uct_device_type_t dev_type;
    ucs_sys_device_t sys_device;
} uct_tl_resource_desc_t;

#endif
