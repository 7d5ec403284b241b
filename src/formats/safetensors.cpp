// The walk over a safetensors file. Source: the README of huggingface/safetensors, "Format", and
// the rules that its reader enforces beyond it.
#include "formats/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "formats/byte_cursor.h"
#include "formats/in_quotes.h"

namespace ashlar::formats {
namespace {

using Json = nlohmann::json;  // keys sorted: base::Json takes quadratic time for many

// Bounds what a hostile header can make us allocate: a tensor takes some 100 bytes of it.
constexpr std::uint64_t kMaxHeaderBytes = 32u << 20;

constexpr std::array kDtypes{tensor::Dtype::f32, tensor::Dtype::f16, tensor::Dtype::bf16};

const tensor::Codec* codec_named(std::string_view name) {
  for (const tensor::Dtype dtype : kDtypes)
    if (const tensor::Codec& codec = tensor::codec_of(dtype); codec.name == name) return &codec;
  return nullptr;
}

// What a sound header never has: a key twice in one object, of which a parser would silently keep
// one; more depth than tensors need.
class HeaderRules {
 public:
  bool hold(int depth, Json::parse_event_t event, const Json& value) {
    const auto level = static_cast<std::size_t>(depth);
    if (level > kDepth && !broken) broken = "the header is nested too deeply";
    if (event == Json::parse_event_t::object_start) {
      keys_.resize(level);
      keys_.emplace_back();
    }
    if (event != Json::parse_event_t::key) return true;
    const auto& key = value.get_ref<const std::string&>();
    if (!keys_[level - 1].insert(key).second && !broken)
      broken = fmt::format("the key {} occurs twice", in_quotes(key));
    return true;
  }

  std::optional<std::string> broken;

 private:
  static constexpr std::size_t kDepth = 3;   // header, tensor, shape
  std::vector<std::set<std::string>> keys_;  // of the objects that are open
};

Result<Json> parse_header(std::string_view text, const std::string& where) {
  const auto bad = [&](std::string message) {
    return fail(ErrorKind::corrupt, std::move(message), where + ", header",
                std::string(kFetchAgain));
  };
  HeaderRules rules;
  try {
    Json header = Json::parse(text, [&](int depth, Json::parse_event_t event, Json& value) {
      return rules.hold(depth, event, value);
    });
    if (rules.broken) return bad(*rules.broken);
    return header;
  } catch (const Json::parse_error& error) {
    return bad(fmt::format("not JSON at byte {}", error.byte));
  } catch (const Json::exception&) {
    return bad("not JSON");
  }
}

bool is_whole(const Json& value) {
  return value.is_number_unsigned();
}

}  // namespace

// Fills a Safetensors from its bytes.
class SafetensorsReader {
 public:
  SafetensorsReader(Safetensors& file, std::span<const std::byte> bytes)
      : file_(file), bytes_(bytes) {}

  Status read() {
    ASHLAR_ASSIGN(const std::string_view text, header());
    ASHLAR_ASSIGN(const Json header, parse_header(text, file_.where_));
    for (const auto& [name, value] : header.items()) {
      if (name == "__metadata__")
        ASHLAR_TRY(read_metadata(value));
      else
        ASHLAR_TRY(read_tensor(name, value));
    }
    ASHLAR_TRY(check_cover());
    std::ranges::sort(file_.tensors_, {}, &SafetensorsTensor::name);
    return {};
  }

 private:
  tl::unexpected<Error> bad(std::string message, std::string_view tensor = {}) const {
    const std::string where = tensor.empty()
                                  ? file_.where_
                                  : fmt::format("{}: tensor {}", file_.where_, in_quotes(tensor));
    return fail(ErrorKind::corrupt, std::move(message), where, std::string(kFetchAgain));
  }

  // The header's text; the rest of the file becomes data_.
  Result<std::string_view> header() {
    ByteCursor cursor(bytes_, file_.where_, "the file");
    cursor.enter("header", {});
    ASHLAR_ASSIGN(const auto length, cursor.number<std::uint64_t>());
    if (length > kMaxHeaderBytes)
      return cursor.error(
          length > cursor.left() ? ErrorKind::corrupt : ErrorKind::too_large,
          fmt::format("a header of {} bytes; at most {} are read", length, kMaxHeaderBytes),
          "name a file in safetensors format");
    ASHLAR_ASSIGN(const auto text, cursor.take(length));
    if (text.empty() || text.front() != std::byte{'{'})
      return cursor.error(ErrorKind::corrupt, "the header doesn't begin with '{'",
                          "name a file in safetensors format");
    data_ = bytes_.subspan(cursor.offset());
    return std::string_view(reinterpret_cast<const char*>(text.data()), text.size());
  }

  Status read_metadata(const Json& value) {
    if (!value.is_object()) return bad("__metadata__ is not an object");
    for (const auto& [key, text] : value.items()) {
      if (!text.is_string())
        return bad(fmt::format("__metadata__: {} is not a string", in_quotes(key)));
      file_.metadata_.emplace_back(key, text.get<std::string>());
    }
    return {};
  }

  Status read_tensor(const std::string& name, const Json& value) {
    if (name.empty()) return bad("a tensor's name is empty");
    if (!value.is_object() || value.size() != 3 || !value.contains("dtype") ||
        !value.contains("shape") || !value.contains("data_offsets"))
      return bad("the entry is not {dtype, shape, data_offsets}", name);
    SafetensorsTensor tensor{name, nullptr, {}, {}};
    ASHLAR_ASSIGN(tensor.codec, read_codec(value["dtype"], name));
    ASHLAR_ASSIGN(tensor.shape, read_shape(value["shape"], name));
    ASHLAR_ASSIGN(tensor.data, read_data(value["data_offsets"], tensor));
    file_.tensors_.push_back(std::move(tensor));
    return {};
  }

  Result<const tensor::Codec*> read_codec(const Json& value, std::string_view name) const {
    if (!value.is_string()) return bad("dtype is not a string", name);
    const auto& dtype = value.get_ref<const std::string&>();
    if (const tensor::Codec* codec = codec_named(dtype)) return codec;
    return fail(ErrorKind::unsupported, fmt::format("dtype {} is not read", in_quotes(dtype)),
                fmt::format("{}: tensor {}", file_.where_, in_quotes(name)),
                "store the tensor as F32, F16 or BF16");
  }

  Result<tensor::Shape> read_shape(const Json& value, std::string_view name) const {
    if (!value.is_array() || !std::ranges::all_of(value, is_whole))
      return bad("shape is not an array of whole numbers", name);
    tensor::Shape shape;
    if (value.size() > shape.extent.size())
      return bad(fmt::format("{} dimensions; at most 4 are read", value.size()), name);
    shape.rank = static_cast<std::uint32_t>(value.size());
    std::uint64_t elements = 1;
    for (std::uint32_t i = 0; i < shape.rank; ++i) {
      shape.extent[i] = value[shape.rank - 1 - i].get<std::uint64_t>();
      if (__builtin_mul_overflow(elements, shape.extent[i], &elements))
        return bad("the shape has more than 2^64 elements", name);
    }
    return shape;
  }

  Result<std::span<const std::byte>> read_data(const Json& value,
                                               const SafetensorsTensor& tensor) const {
    if (!value.is_array() || value.size() != 2 || !std::ranges::all_of(value, is_whole))
      return bad("data_offsets are not two whole numbers", tensor.name);
    const auto begin = value[0].get<std::uint64_t>(), end = value[1].get<std::uint64_t>();
    if (begin > end || end > data_.size())
      return bad(fmt::format("bytes {} to {} of {} bytes of data", begin, end, data_.size()),
                 tensor.name);
    std::uint64_t bytes;
    if (__builtin_mul_overflow(tensor.shape.elements(), std::uint64_t{tensor.codec->block_bytes},
                               &bytes) ||
        bytes != end - begin)
      return bad(fmt::format("{} elements of {} don't fill {} bytes", tensor.shape.elements(),
                             tensor.codec->name, end - begin),
                 tensor.name);
    return data_.subspan(begin, bytes);
  }

  // In order of their bytes each tensor begins where the last one ended, up to the file's end.
  Status check_cover() const {
    std::vector<const SafetensorsTensor*> placed;
    for (const SafetensorsTensor& tensor : file_.tensors_) placed.push_back(&tensor);
    std::ranges::sort(placed, {}, [](const auto* tensor) {
      return std::pair(tensor->data.data(), tensor->data.size());
    });
    const std::byte* at = data_.data();
    for (const SafetensorsTensor* tensor : placed) {
      if (tensor->data.data() != at)
        return bad(tensor->data.data() < at ? "the tensor shares bytes with another"
                                            : "bytes before the tensor belong to none",
                   tensor->name);
      at += tensor->data.size();
    }
    if (at == data_.data() + data_.size()) return {};
    return bad(
        fmt::format("the last {} bytes belong to no tensor", data_.data() + data_.size() - at));
  }

  Safetensors& file_;
  std::span<const std::byte> bytes_, data_ = {};
};

Result<Safetensors> Safetensors::open(const std::filesystem::path& path) {
  Safetensors file;
  ASHLAR_ASSIGN(file.file_, base::MappedFile::open(path));
  file.where_ = path.string();
  ASHLAR_TRY(SafetensorsReader(file, file.file_.bytes()).read());
  return file;
}

Result<Safetensors> Safetensors::parse(std::span<const std::byte> bytes, std::string where) {
  Safetensors file;
  file.where_ = std::move(where);
  ASHLAR_TRY(SafetensorsReader(file, bytes).read());
  return file;
}

const SafetensorsTensor* Safetensors::find_tensor(std::string_view name) const {
  const auto at = std::ranges::lower_bound(tensors_, name, {}, &SafetensorsTensor::name);
  return at != tensors_.end() && at->name == name ? &*at : nullptr;
}

}  // namespace ashlar::formats
