// Wrong documents, each with every problem that is told of it: box, place, code and sentence.

#include "wrong_texts.h"

namespace boxwright::specs {
namespace {

constexpr WrongText kWrongDocuments[] = {
    {"NotAMap", "just text\n",
     "|x.yaml:1:1: error[BW0104]: a document must be a map that begins with apiVersion, kind, "
     "metadata and spec"},
    {"TopLevelList", "- apiVersion: boxwright.dev/v1\n",
     "|x.yaml:1:1: error[BW0104]: a document must be a map that begins with apiVersion, kind, "
     "metadata and spec"},
    {"NoApiVersion",
     "kind: Box\n"
     "metadata: {name: ada}\n"
     "spec: {image: box-base:1}\n",
     "ada|x.yaml:1:1: error[BW0114]: apiVersion is absent; write `apiVersion: boxwright.dev/v1`"},
    {"OtherApiVersion",
     "apiVersion: boxwright.dev/v2\n"
     "kind: Box\n"
     "metadata: {name: ada}\n"
     "spec: {image: box-base:1}\n",
     "ada|x.yaml:1:13: error[BW0114]: apiVersion `boxwright.dev/v2` is unknown here; write "
     "`apiVersion: boxwright.dev/v1`"},
    {"NoKind",
     "apiVersion: boxwright.dev/v1\n"
     "metadata: {name: ada}\n"
     "spec: {image: box-base:1}\n",
     "ada|x.yaml:1:1: error[BW0115]: kind is absent; write `kind: Box`"},
    {"UnknownKind",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Pod\n"
     "metadata: {name: ada}\n"
     "spec: {image: box-base:1}\n",
     "ada|x.yaml:2:7: error[BW0115]: kind `Pod` is unknown; it is Box, Fleet, Defaults or Source"},
    {"SourceOutsideMarker",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Source\n"
     "metadata: {name: ada}\n",
     "ada|x.yaml:1:1: error[BW0115]: a Source document stands in the folder's boxwright.yaml and "
     "nowhere else"},
    {"NoMetadata",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Box\n"
     "spec: {image: box-base:1}\n",
     "|x.yaml:1:1: error[BW0108]: `metadata` is required"},
    {"NoName",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Box\n"
     "metadata: {owner: x}\n"
     "spec: {image: box-base:1}\n",
     "|x.yaml:3:11: error[BW0108]: `metadata.name` is required"},
    {"NameUpperCase",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Box\n"
     "metadata: {name: Ada}\n"
     "spec: {image: box-base:1}\n",
     "|x.yaml:3:18: error[BW0118]: `metadata.name`: `Ada` cannot be a name; use 1 to 40 of a-z, "
     "0-9 and inner hyphens, without `--` at places 3 and 4"},
    {"NameTooLong",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Box\n"
     "metadata: {name: abcdefghijklmnopqrstuvwxyzabcdefghijklmno}\n"
     "spec: {image: box-base:1}\n",
     "|x.yaml:3:18: error[BW0118]: `metadata.name`: `abcdefghijklmnopqrstuvwxyzabcdefghijklmno` "
     "cannot be a name; use 1 to 40 of a-z, 0-9 and inner hyphens, without `--` at places 3 and 4"},
    {"NameIsNumber",
     "apiVersion: boxwright.dev/v1\nkind: Box\nmetadata: {name: 42}\nspec: {image: box-base:1}\n",
     "42|x.yaml:3:18: error[BW0130]: `metadata.name` must be text, but `42` is a number; write "
     "\"42\""},
    {"NameIsReservedSubdomain",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Box\n"
     "metadata: {name: api}\n"
     "spec: {image: box-base:1}\n",
     "api|x.yaml:4:7: error[BW0119]: the box's name is its default subdomain, and subdomain `api` "
     "is reserved; choose another, such as api-box; or write `spec.subdomain`"},
    {"LabelKeyBad",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Box\n"
     "metadata: {name: ada, labels: {\"a b\": c}}\n"
     "spec: {image: box-base:1}\n",
     "ada|x.yaml:3:32: error[BW0118]: `metadata.labels.a b`: `a b` cannot be a label's key; use 1 "
     "to 63 letters, digits, and inner `.`, `_`, `/`, `-`"},
    {"OwnerTwoLines",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Box\n"
     "metadata: {name: ada, owner: \"a\\nb\"}\n"
     "spec: {image: box-base:1}\n",
     "ada|x.yaml:3:30: error[BW0109]: `metadata.owner`: this text must be one line of at most 256 "
     "bytes"},
    {"UnknownMetadataField",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Box\n"
     "metadata: {name: ada, annotations: {}}\n"
     "spec: {image: box-base:1}\n",
     "ada|x.yaml:3:23: error[BW0103]: `annotations` is not a field of `metadata`; its fields are "
     "name, owner, labels"},
    {"UnknownTopField",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Box\n"
     "metadata: {name: ada}\n"
     "spec: {image: box-base:1}\n"
     "status: {}\n",
     "ada|x.yaml:5:1: error[BW0103]: `status` is not a field of the document; its fields are "
     "apiVersion, kind, metadata, spec"},
    {"NoSpec",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Box\n"
     "metadata: {name: ada}\n",
     "ada|x.yaml:1:1: error[BW0108]: `spec` is required"},
    {"EmptySpec",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Box\n"
     "metadata: {name: ada}\n"
     "spec:\n",
     "ada|x.yaml:4:1: error[BW0113]: `spec` has no value; it wants a map"},
    {"NoImage",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Box\n"
     "metadata: {name: ada}\n"
     "spec: {power: running}\n",
     "ada|x.yaml:4:7: error[BW0108]: `spec.image` is required"},
    {"ImageEmpty",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Box\n"
     "metadata: {name: ada}\n"
     "spec: {image: \"\"}\n",
     "ada|x.yaml:4:15: error[BW0109]: `spec.image`: `` is no image reference; write it like "
     "box-base:1"},
    {"ImageWithSpace",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Box\n"
     "metadata: {name: ada}\n"
     "spec: {image: box base}\n",
     "ada|x.yaml:4:15: error[BW0109]: `spec.image`: `box base` is no image reference; write it "
     "like box-base:1"},
    {"ImageUpperCase",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Box\n"
     "metadata: {name: ada}\n"
     "spec: {image: Box-Base:1}\n",
     "ada|x.yaml:4:15: error[BW0109]: `spec.image`: image `Box-Base:1` must have its repository in "
     "lower case"},
    {"EmptyFile", " \n",
     "|x.yaml:1:1: error[BW0129]: the file is empty; write a document or remove the file"},
    {"CarriageReturns",
     "apiVersion: boxwright.dev/v1\r\nkind: Box\r\nmetadata: {name: ada}\r\nspec: {image: "
     "box-base:1, powr: x}\r\n",
     "ada|x.yaml:4:27: error[BW0103]: `powr` is not a field of `spec`; did you mean `power`?"},
    {"FleetWithoutNames",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Fleet\n"
     "metadata: {name: course}\n"
     "spec:\n"
     "  template: {spec: {image: box-base:1}}\n",
     "|x.yaml:5:3: error[BW0108]: `spec.names` is required"},
    {"FleetNameBad",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Fleet\n"
     "metadata: {name: course}\n"
     "spec:\n"
     "  names: [anna, Ben]\n"
     "  template: {spec: {image: box-base:1}}\n",
     "|x.yaml:5:17: error[BW0118]: `spec.names.1`: `Ben` cannot be a name; use 1 to 40 of a-z, 0-9 "
     "and inner hyphens, without `--` at places 3 and 4"},
    {"FleetTemplateField",
     "apiVersion: boxwright.dev/v1\nkind: Fleet\nmetadata: {name: course}\nspec:\n  names: [anna, "
     "ben]\n  template: {spec: {image: box-base:1, powr: x}}\n",
     "|x.yaml:6:40: error[BW0103]: `powr` is not a field of `spec.template.spec`; did you mean "
     "`power`?"},
    {"FleetTemplateName",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Fleet\n"
     "metadata: {name: course}\n"
     "spec:\n"
     "  names: [anna]\n"
     "  template: {metadata: {name: x}, spec: {image: box-base:1}}\n",
     "|x.yaml:6:25: error[BW0103]: `name` is not a field of `spec.template.metadata`; its fields "
     "are owner, labels"},
    {"FleetSubdomain",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Fleet\n"
     "metadata: {name: course}\n"
     "spec:\n"
     "  names: [anna]\n"
     "  template: {spec: {image: box-base:1, subdomain: x}}\n",
     "|x.yaml:6:51: error[BW0120]: a Fleet's boxes cannot share one subdomain; leave it out, and "
     "each has its name"},
    {"DefaultsField",
     "apiVersion: boxwright.dev/v1\nkind: Defaults\nmetadata: {name: default}\nspec: {powr: x}\n",
     "|x.yaml:4:8: error[BW0103]: `powr` is not a field of `spec`; did you mean `power`?"},
    {"DefaultsWithoutSpec",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Defaults\n"
     "metadata: {name: default}\n",
     "|x.yaml:1:1: error[BW0108]: `spec` is required"},
    {"DefaultsSubdomain",
     "apiVersion: boxwright.dev/v1\n"
     "kind: Defaults\n"
     "metadata: {name: default}\n"
     "spec: {subdomain: x}\n",
     "|x.yaml:4:19: error[BW0120]: Defaults cannot give every box one subdomain; leave it out, and "
     "each has its name"},
};

}  // namespace

std::span<const WrongText> wrong_documents() {
  return kWrongDocuments;
}

}  // namespace boxwright::specs
