#pragma once

struct list {
  int size;
};
