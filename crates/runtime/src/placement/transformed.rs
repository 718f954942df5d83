//! A frame that does not lie upright: rotated, skewed, mirrored.

use super::{Rounded, Scale, whole};
use gtk4::graphene;
use gtk4::gsk;
use insula_bridge::{Rect, Transform};

/// Where such a frame lies in the stage's coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Transformed {
    /// The view's own size.
    pub(super) size: (i32, i32),
    /// From the view to the stage: a, b, c, d, e, f of CSS' `matrix()`.
    matrix: [f32; 6],
    /// What shows of it, in the view's coordinates.
    pub(crate) shape: Rounded,
}

impl Transformed {
    /// Places it in a view of this scale. Its edges are not snapped: they are not parallel to the pixels'.
    pub(super) fn new(transform: &Transform, scale: Scale) -> Self {
        let [a, b, c, d, e, f] = transform.matrix;
        let shape = &transform.shape;
        Self {
            size: (
                whole(transform.width * scale.zoom),
                whole(transform.height * scale.zoom),
            ),
            matrix: [a, b, c, d, e * scale.zoom, f * scale.zoom],
            shape: Rounded {
                rect: scale.rect(Rect(shape.x, shape.y, shape.width, shape.height)),
                radii: shape.radii.map(|radius| radius * scale.zoom),
            },
        }
    }

    /// Whether it is seen from its edge, which shows nothing.
    pub(super) fn is_flat(&self) -> bool {
        self.determinant().abs() < 1e-6
    }

    /// Whether a point of the stage lies in what shows.
    pub(super) fn contains(&self, x: f32, y: f32) -> bool {
        let [a, b, c, d, e, f] = self.matrix;
        let (x, y) = (x - e, y - f);
        let determinant = self.determinant();
        self.shape
            .rect
            .contains((d * x - c * y) / determinant, (a * y - b * x) / determinant)
    }

    /// The transform of the view's widget, in steps that GSK knows to be flat: it would take a matrix for a step into
    /// space, and draw it the long way.
    pub(crate) fn transform(&self) -> gsk::Transform {
        let [a, b, c, d, e, f] = self.matrix;
        // Rotation × skew × scale: the first column's direction is the rotation.
        let width = a.hypot(b);
        let height = self.determinant() / width;
        let skew = ((a * c + b * d) / width / height).atan();
        gsk::Transform::new()
            .translate(&graphene::Point::new(e, f))
            .rotate(b.atan2(a).to_degrees())
            .skew(skew.to_degrees(), 0.0)
            .scale(width, height)
    }

    fn determinant(&self) -> f32 {
        let [a, b, c, d, ..] = self.matrix;
        a * d - b * c
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insula_bridge::Clip;

    fn transformed(matrix: [f32; 6]) -> Transformed {
        let shape = Clip {
            x: 0.0,
            y: 0.0,
            width: 200.0,
            height: 100.0,
            radii: [0.0; 4],
        };
        let transform = Transform {
            matrix,
            width: 200.0,
            height: 100.0,
            shape,
        };
        Transformed::new(
            &transform,
            Scale {
                zoom: 1.0,
                text: 1.0,
                device: 1.0,
            },
        )
    }

    #[test]
    fn its_transform_is_its_matrix() {
        let point = graphene::Point::new(30.0, 20.0);
        for matrix in [
            [0.0, 1.0, -1.0, 0.0, 300.0, 0.0],
            [0.866, 0.5, -0.5, 0.866, 10.0, -20.0],
            [1.0, 0.3, 0.7, 2.0, 0.0, 5.0],
            [-1.0, 0.0, 0.0, 1.0, 200.0, 0.0],
            [2.0, 0.0, 0.0, -0.5, 0.0, 0.0],
        ] {
            let [a, b, c, d, e, f] = matrix;
            let moved = transformed(matrix).transform().transform_point(&point);
            let expected = (30.0 * a + 20.0 * c + e, 30.0 * b + 20.0 * d + f);
            let distance = (moved.x() - expected.0).hypot(moved.y() - expected.1);
            assert!(distance < 0.01, "{matrix:?}: {moved:?}, not {expected:?}");
        }
    }

    #[test]
    fn a_point_is_looked_for_where_the_frame_really_lies() {
        // A quarter turn to the right: 100 wide and 200 high, left of x = 300.
        let frame = transformed([0.0, 1.0, -1.0, 0.0, 300.0, 0.0]);
        assert!(frame.contains(201.0, 199.0));
        assert!(!frame.contains(199.0, 50.0));
        assert!(!frame.contains(301.0, 50.0));
    }

    #[test]
    fn what_is_seen_from_its_edge_is_flat() {
        assert!(transformed([1.0, 0.0, 0.0, 0.0, 0.0, 0.0]).is_flat());
        assert!(!transformed([0.7, 0.7, -0.7, 0.7, 0.0, 0.0]).is_flat());
    }
}
