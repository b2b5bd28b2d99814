#include "controller/engine/docker/docker_engine.h"
