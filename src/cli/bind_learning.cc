// Options that the commands share which build and train networks.
#include <CLI/CLI.hpp>

#include "cli/bind.h"

namespace dinas {

void bind_network_size(CLI::App& command, Macro& o, const std::string& image_size) {
  command.add_option("--channels", o.channels, "channels of the stem (default: the benchmark's)");
  command.add_option("--cells", o.cells, "cells a stage, darts: in all (default: the benchmark's)");
  command.add_option("--image-size", o.image_size,
                     "height and width of the image (default: " + image_size + ")");
  command.add_flag("--imagenet", o.imagenet, "darts: the ImageNet network");
}

CLI::Option* bind_images(CLI::App& command, std::string& dataset, std::int64_t& train_images,
                         std::int64_t& test_images) {
  command.add_option("--train-images", train_images, "of the dataset; 0: all")
      ->capture_default_str();
  command.add_option("--test-images", test_images, "of the dataset; 0: all")->capture_default_str();
  return command.add_option("--dataset", dataset, "folder of images, see docs/measure.md");
}

std::vector<CLI::Option*> bind_recipe(CLI::App& command, TrainRecipe& o) {
  return {
      command.add_option("--epochs", o.epochs, "epochs of training"),
      command.add_option("--batch", o.batch, "images a step"),
      command.add_option("--rate", o.rate, "highest learning rate"),
      command.add_option("--warm-up", o.warm_up, "share of the steps in which the rate rises"),
      command.add_option("--momentum", o.momentum, "Nesterov momentum"),
      command.add_option("--weight-decay", o.weight_decay, "weight decay"),
      command.add_option("--gradient-clip", o.gradient_clip,
                         "longest gradient, longer ones are shortened; 0: any"),
      command.add_option("--label-smoothing", o.label_smoothing,
                         "share of the target spread over all classes"),
      command.add_option("--auxiliary-weight", o.auxiliary_weight,
                         "darts: weight of the auxiliary head's loss"),
      command.add_option("--drop-path", o.drop_path, "darts: drop path in the last epoch"),
      command.add_flag("--flip,!--no-flip", o.augmentation.flip,
                       "every other training image mirrored"),
      command.add_option("--crop", o.augmentation.crop,
                         "training images moved by up to so many pixels"),
      command.add_option("--cutout", o.augmentation.cutout, "side of a square that is cut out"),
  };
}

}  // namespace dinas
