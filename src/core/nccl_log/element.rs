//! The types of elements, by the names of nccl-tests.

use super::log::LogRow;

impl LogRow {
    /// Whether NVSwitches can reduce elements of its type at all; a row without a type counts as one of a usual type.
    pub fn switches_take(&self) -> bool {
        !matches!(
            self.element.as_str(),
            "int8" | "uint8" | "char" | "f8e4m3" | "f8e5m2" | "fp8_e4m3" | "fp8_e5m2" | "float8_e4m3" | "float8_e5m2"
        )
    }

    /// Whether NVSwitches can add its elements; a row without a type counts as one of a usual type.
    ///
    /// They add 32-bit and 64-bit integers, half, bfloat16, float and double, but no type of 8 bits, no product, and no
    /// average: NCCL, `src/include/device.h`, `ncclNvlsSupported`.
    pub fn switches_add(&self) -> bool {
        let known = match self.element.as_str() {
            "float" | "double" => !matches!(self.reduction.as_str(), "min" | "max"),
            _ => true,
        };
        known && self.switches_take() && !matches!(self.reduction.as_str(), "prod" | "avg" | "mulsum")
    }
}

#[cfg(test)]
mod tests {
    use super::super::log::LogRow;

    fn row(element: &str, reduction: &str) -> LogRow {
        LogRow {
            line: 1,
            message_bytes: 1,
            element: element.to_owned(),
            reduction: reduction.to_owned(),
            out_of_place_s: None,
            in_place_s: None,
            out_of_place_busbw_gb_s: None,
            in_place_busbw_gb_s: None,
            wrong: None,
        }
    }

    #[test]
    fn switches_add_what_nccl_lets_them() {
        for (element, reduction, adds) in [
            ("float", "sum", true),
            ("float", "max", false),
            ("bfloat16", "max", true),
            ("int32", "min", true),
            ("int8", "sum", false),
            ("f8e5m2", "sum", false),
            ("half", "prod", false),
            ("float", "avg", false),
            ("", "", true),
        ] {
            assert_eq!(row(element, reduction).switches_add(), adds, "{element} {reduction}");
        }
    }
}
