#include <string>

int one(const std::string &s) {
    std::vector<int> v;
    v.push_back(static_cast<int>(s.size()));
    return v[0];
}
