#include "specs/parse/claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "specs/parse/complete.h"
#include "specs/parse/report.h"

namespace boxwright::specs {
namespace {

using Losers = std::set<const Claim*>;

std::string place(const Origin& origin) {
  if (origin.at.line == 0) return origin.file;
  return fmt::format("{}:{}:{}", origin.file, origin.at.line, origin.at.column);
}

/// A row has no line to show.
std::vector<RelatedPlace> related(const Origin& origin, const char* label) {
  if (origin.at.line == 0) return {};
  return {{origin.file, origin.at, label}};
}

/// Where a field of a box was written in its own file; the box's own place if it was not.
Position field_place(const Claim& claim, const std::string& field) {
  const auto found = claim.box->fields.find(field);
  const bool own = found != claim.box->fields.end() && found->second.file.empty();
  return own ? found->second.at : claim.origin.at;
}

void check_names(const std::vector<Claim>& claims, std::vector<Problem>& problems, Losers& losers) {
  std::map<BoxName, std::vector<const Claim*>> by_name;
  for (const Claim& claim : claims)
    by_name[claim.name].push_back(&claim);
  for (const auto& [name, rivals] : by_name) {
    if (rivals.size() < 2) continue;
    for (const Claim* const claim : rivals) {
      const Claim* const other = claim == rivals[0] ? rivals[1] : rivals[0];
      problems.push_back(make_problem({codes::kDuplicateName,
                                       claim->origin.at,
                                       fmt::format("box `{}` is declared here and at {}; keep one",
                                                   name.str(), place(other->origin)),
                                       {},
                                       false,
                                       related(other->origin, "also declared here")},
                                      claim->origin.file, name));
      losers.insert(claim);
    }
  }
}

void check_subdomains(const std::vector<const Claim*>& claims, std::vector<Problem>& problems,
                      Losers& losers) {
  std::map<std::string, std::vector<const Claim*>> by_subdomain;
  for (const Claim* const claim : claims)
    by_subdomain[claim->box->spec.subdomain].push_back(claim);
  for (const auto& [subdomain, rivals] : by_subdomain) {
    if (rivals.size() < 2) continue;
    for (const Claim* const claim : rivals) {
      const Claim* const other = claim == rivals[0] ? rivals[1] : rivals[0];
      problems.push_back(make_problem(
          {codes::kSubdomainTaken,
           field_place(*claim, "spec.subdomain"),
           fmt::format("subdomain `{}` is also wanted by box `{}` ({}); give one of them another",
                       subdomain, other->name.str(), place(other->origin)),
           {},
           false,
           related({other->origin.file, field_place(*other, "spec.subdomain")},
                   "also wanted here")},
          claim->origin.file, claim->name));
      losers.insert(claim);
    }
  }
}

/// One published port and whose it is.
struct PortClaim {
  PublishedPort port;
  const Claim* claim;
};

void report_port(const PortClaim& mine, const PortClaim& theirs, std::vector<Problem>& problems,
                 Losers& losers) {
  problems.push_back(make_problem(
      {codes::kPortTaken,
       field_place(*mine.claim, "spec.publish"),
       fmt::format("host port {}/{} is also published by box `{}` ({}); choose another",
                   mine.port.host_port, mine.port.protocol, theirs.claim->name.str(),
                   place(theirs.claim->origin)),
       {},
       false,
       related({theirs.claim->origin.file, field_place(*theirs.claim, "spec.publish")},
               "also published here")},
      mine.claim->origin.file, mine.claim->name));
  losers.insert(mine.claim);
}

void check_ports(const std::vector<const Claim*>& claims, std::vector<Problem>& problems,
                 Losers& losers) {
  // Only ports of one number can clash, so compare within those.
  std::map<std::uint16_t, std::vector<PortClaim>> by_number;
  for (const Claim* const claim : claims) {
    for (const PublishedPort& port : claim->box->spec.publish) {
      by_number[port.host_port].push_back({port, claim});
    }
  }
  for (const auto& [number, rivals] : by_number) {
    for (const PortClaim& mine : rivals) {
      const auto theirs =
          std::find_if(rivals.begin(), rivals.end(), [&mine](const PortClaim& other) {
            return other.claim != mine.claim && same_host_port(other.port, mine.port);
          });
      if (theirs != rivals.end()) report_port(mine, *theirs, problems, losers);
    }
  }
}

}  // namespace

Documents settle_claims(std::vector<Claim> claims, std::vector<Problem> problems) {
  std::sort(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) {
    return std::tie(a.name, a.origin.file, a.origin.at) <
           std::tie(b.name, b.origin.file, b.origin.at);
  });
  Losers losers;
  check_names(claims, problems, losers);
  std::vector<const Claim*> single;
  for (const Claim& claim : claims) {
    if (claim.box && !losers.contains(&claim)) single.push_back(&claim);
  }
  check_subdomains(single, problems, losers);
  check_ports(single, problems, losers);

  Documents documents;
  for (Claim& claim : claims) {
    if (claim.box && !losers.contains(&claim)) documents.boxes.push_back(std::move(*claim.box));
  }
  sort_problems(problems);
  documents.problems = std::move(problems);
  return documents;
}

}  // namespace boxwright::specs
