// A node of the graph whose backward is the caller's. torch::autograd::Function does the bookkeeping that is easy to
// get wrong (views, in-place inputs, saved outputs without a cycle) and that changed between libtorch 1.13 and 2.x.
#include "autograd.h"

#include "tensor.h"

#include <torch/csrc/autograd/custom_function.h>

using namespace mcd;
using torch::autograd::variable_list;

namespace {

/// Ties the caller's object to the life of the node.
struct CallerObject : torch::CustomClassHolder {
    CallerObject(mcd_function_callbacks callbacks, void *context) : callbacks(callbacks), context(context) {}
    ~CallerObject() override { callbacks.release(context); }

    mcd_function_callbacks callbacks;
    void *context;
};

/// All that forward has already found out.
struct Forward {
    variable_list outputs, saved, dirty, non_differentiable;
    bool materialize_grads;
    c10::intrusive_ptr<CallerObject> owner;
};

constexpr char owner_key[] = "mcd_owner";
// Function::apply counts its arguments, and backward must answer for each: the inputs, and the Forward at the end.
constexpr std::size_t arguments_that_are_no_tensors = 1;

struct CallerFunction : torch::autograd::Function<CallerFunction> {
    static variable_list forward(torch::autograd::AutogradContext *context, at::TensorList inputs, Forward *done) {
        context->saved_data[owner_key] = c10::IValue::make_capsule(done->owner);
        context->saved_data["inputs"] = static_cast<int64_t>(inputs.size());
        context->set_materialize_grads(done->materialize_grads);
        context->save_for_backward(std::move(done->saved));
        context->mark_dirty(done->dirty);
        context->mark_non_differentiable(done->non_differentiable);
        return std::move(done->outputs);
    }

    static variable_list backward(torch::autograd::AutogradContext *context, variable_list grads) {
        const auto owner = c10::static_intrusive_pointer_cast<CallerObject>(context->saved_data[owner_key].toCapsule());
        const auto inputs = static_cast<std::size_t>(context->saved_data["inputs"].toInt());
        std::vector<mcd_tensor *> handles(grads.size());
        for (std::size_t i = 0; i < grads.size(); ++i)
            give_or_null(&handles[i], std::move(grads[i]));
        variable_list found(inputs + arguments_that_are_no_tensors);
        const auto failure = owner->callbacks.backward(owner->context, context, &found, handles.data(),
                                                       static_cast<int32_t>(handles.size()));
        if (failure != 0)
            throw CallerFailure(failure);
        return found;
    }
};

variable_list list(const mcd_tensor_list &handles) { return tensors(handles.tensors, handles.count); }

}  // namespace

mcd_status mcd_torch_function_wrap(mcd_tensor_list inputs, mcd_tensor_list outputs, mcd_tensor_list saved,
                                   mcd_tensor_list dirty, mcd_tensor_list non_differentiable, int32_t materialize_grads,
                                   mcd_function_callbacks callbacks, void *context, mcd_tensor **out) {
    return guard("applying a function", [&] {
        auto owner = c10::make_intrusive<CallerObject>(callbacks, context);
        Forward done{list(outputs), list(saved), list(dirty), list(non_differentiable), materialize_grads != 0,
                     std::move(owner)};
        const auto arguments = list(inputs);
        auto wrapped = CallerFunction::apply(at::TensorList(arguments), &done);
        for (std::size_t i = 0; i < wrapped.size(); ++i)
            give(out + i, std::move(wrapped[i]));
    });
}

mcd_status mcd_torch_function_saved(void *saved, int32_t count, mcd_tensor **out) {
    return guard("saved variables", [&] {
        auto found = static_cast<torch::autograd::AutogradContext *>(saved)->get_saved_variables();
        if (found.size() > static_cast<std::size_t>(count))
            throw std::invalid_argument("more saved variables than the caller has room for");
        for (std::size_t i = 0; i < found.size(); ++i)
            give_or_null(out + i, std::move(found[i]));
    });
}

mcd_status mcd_torch_function_return(void *sink, int32_t index, mcd_tensor *grad) {
    return guard("returning a gradient", [&] {
        auto &found = *static_cast<variable_list *>(sink);
        found.at(static_cast<std::size_t>(index)) = tensor(grad);
    });
}
