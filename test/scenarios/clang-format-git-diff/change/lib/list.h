#pragma once

struct list
{
    int   size;
    struct list * next;
};
